namespace Docker.Tests;

/// <summary>What the client makes of answers that no healthy Engine of today gives.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData(500, "{\"message\":\"no space left on device\"}", "no space left on device")]
    [InlineData(503, "<html>upstream gone</html>", "upstream gone")]
    [InlineData(500, "", "500")]
    [InlineData(301, "", "301")]
    [InlineData(418, "[1,2", "[1,2")]
    public async Task A_refusal_has_its_status_and_whatever_was_said(int status, string body, string message)
    {
        await using var fake = new FakeEngine(FakeEngine.Http(status, body));
        await using var engine = new DockerEngine(fake.Options);
        foreach (var call in Calls(engine))
        {
            var refused = (await call.Should().ThrowAsync<DockerException>()).Which;
            refused.StatusCode.Should().Be(status);
            refused.Message.Should().Contain(message);
        }
    }

    [Theory]
    [InlineData("{\"Id\":\"abc\",\"Created\":\"2026")]
    [InlineData("[{\"Id\":\"abc\",\"Created\":12},{\"Id\":")]
    [InlineData("not json at all")]
    [InlineData("[null]")]
    [InlineData("\u0001\u0002")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"Id\":17,\"StatusCode\":\"x\"}")]
    public async Task A_garbled_answer_is_no_answer(string body)
    {
        await using var fake = new FakeEngine(FakeEngine.Http(200, body));
        await using var engine = new DockerEngine(fake.Options);
        foreach (var call in JsonCalls(engine))
            (await call.Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();
        await FluentActions.Awaiting(() => engine.ListContainersAsync([])).Should().ThrowAsync<DockerException>();
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_no_answer()
    {
        await using var fake = new FakeEngine(FakeEngine.Http(200, [.. "{\"Id\":\""u8, 0xff, 0xfe, .. "\",\"State\":{}}"u8]));
        await using var engine = new DockerEngine(fake.Options);
        (await FluentActions.Awaiting(() => engine.InspectContainerAsync("x")).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().BeNull();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":\"abc\"}\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n{\"Id\":\"abc\",\"StatusCode\":0}\n")]
    public async Task An_answer_whose_end_is_missing_is_no_answer(string raw)
    {
        await using var fake = new FakeEngine(raw);
        await using var engine = new DockerEngine(fake.Options);
        foreach (var call in JsonCalls(engine).Concat(StreamCalls(engine)))
            (await call.Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{\"mess")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("220 smtp ready\r\n\r\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("")]
    public async Task What_is_no_HTTP_is_no_answer(string raw)
    {
        await using var fake = new FakeEngine(raw);
        await using var engine = new DockerEngine(fake.Options);
        foreach (var call in Calls(engine).Concat(JsonCalls(engine)))
            (await call.Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();
    }

    [Theory]
    [InlineData("1.24", "", "/v1.24/")]
    [InlineData("1.41", "", "/v1.41/")]
    [InlineData("1.43", "1.24", "/v1.41/")]
    [InlineData("1.52", "1.44", "/v1.44/")]
    [InlineData("", "1.12", "/v1.40/")]
    public async Task The_api_version_is_the_newest_that_both_speak(string ping, string minimum, string prefix)
    {
        await using var fake = new FakeEngine(request =>
            request.Contains("/_ping") ? FakeEngine.Http(200, "OK", ping.Length > 0 ? ["Api-Version: " + ping] : []) :
            request.Contains("GET /version") ? FakeEngine.Http(200, $$"""{"ApiVersion":"{{(ping.Length > 0 ? ping : "1.40")}}","MinAPIVersion":"{{minimum}}"}""") :
            FakeEngine.Http(200, "[]"));
        await using var engine = new DockerEngine(fake.Options);
        (await engine.ListContainersAsync([])).Should().BeEmpty();
        await engine.ListContainersAsync([]);
        fake.Requests.Where(r => r.Contains("/containers/")).Should().HaveCount(2).And.OnlyContain(r => r.Contains(prefix));
        fake.Requests.Count(r => r.Contains("/_ping")).Should().Be(1, "it is asked once");
    }

    [Fact]
    public async Task An_engine_too_old_is_refused_by_name_of_its_version()
    {
        await using var fake = new FakeEngine(_ => FakeEngine.Http(200, "OK", "Api-Version: 1.23"));
        await using var engine = new DockerEngine(fake.Options);
        (await FluentActions.Awaiting(() => engine.ListContainersAsync([])).Should().ThrowAsync<DockerException>())
            .WithMessage("*1.23*1.24*");
    }

    [Fact]
    public async Task An_engine_exchanged_under_way_is_asked_for_its_version_again()
    {
        var server = "1.41";
        await using var fake = new FakeEngine(request =>
            request.Contains("/_ping") ? FakeEngine.Http(200, "OK", "Api-Version: " + server) :
            request.Contains("/v" + server + "/") ? FakeEngine.Http(200, "[]") :
            FakeEngine.Http(400, "{\"message\":\"client version 1.41 is too new. Maximum supported API version is 1.40\"}"));
        await using var engine = new DockerEngine(fake.Options);
        await engine.ListContainersAsync([]);
        server = "1.40";
        (await FluentActions.Awaiting(() => engine.ListContainersAsync([])).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().Be(400);
        (await engine.ListContainersAsync([])).Should().BeEmpty();
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:2375")]
    [InlineData("docker.sock")]
    [InlineData("")]
    public void An_address_that_cannot_be_is_refused_at_once(string address) =>
        FluentActions.Invoking(() => new DockerEngine(new DockerEngineOptions { Address = address }))
            .Should().Throw<ArgumentException>().WithMessage($"*{address}*");

    [Fact]
    public async Task No_engine_is_an_exception_that_names_the_socket()
    {
        await using var engine = new DockerEngine(new DockerEngineOptions { Address = "/nowhere/docker.sock" });
        (await FluentActions.Awaiting(() => engine.InfoAsync()).Should().ThrowAsync<DockerException>())
            .WithMessage("*/nowhere/docker.sock*").Which.StatusCode.Should().BeNull();
    }

    private static Func<Task>[] Calls(DockerEngine engine) =>
    [
        () => engine.StartContainerAsync("x"),
        () => engine.StopContainerAsync("x", TimeSpan.Zero),
        () => engine.KillContainerAsync("x"),
        () => engine.RemoveContainerAsync("x", force: true),
        () => engine.RemoveImageAsync("x"),
        .. StreamCalls(engine),
    ];

    private static Func<Task>[] StreamCalls(DockerEngine engine) =>
    [
        () => engine.PullImageAsync("x"),
        () => engine.ImportImageAsync(new MemoryStream([1, 2, 3]), "x", "y", []),
        async () => await engine.EventsAsync([], null).GetAsyncEnumerator().MoveNextAsync(),
        async () => await engine.LogsAsync("x", new LogQuery()).GetAsyncEnumerator().MoveNextAsync(),
    ];

    private static Func<Task>[] JsonCalls(DockerEngine engine) =>
    [
        () => engine.CreateContainerAsync("x", new ContainerConfig { Image = "x" }),
        () => engine.InspectContainerAsync("x"),
        () => engine.WaitContainerAsync("x"),
        () => engine.InspectImageAsync("x"),
    ];
}
