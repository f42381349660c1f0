using System.Text;
using Testing;

namespace LocalMesos.Tests.Host;

/// <summary>What is no proper call is refused as a real Mesos refuses it.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("{", 400, "Failed to parse body into JSON: syntax error at line 1 near: ")]
    [InlineData("", 400, "Failed to parse body into JSON: syntax error at line 1 near: ")]
    [InlineData("[]", 400, "Failed to convert JSON into Call protobuf: Expecting a JSON object")]
    [InlineData("""{"type":"FOO","framework_id":{"value":"x"}}""", 400, "Failed to validate scheduler::Call: Expecting 'type' to be present")]
    [InlineData("""{"framework_id":{"value":"x"}}""", 400, "Failed to validate scheduler::Call: Expecting 'type' to be present")]
    [InlineData("""{"type":"REVIVE"}""", 400, "Failed to validate scheduler::Call: Expecting 'framework_id' to be present")]
    [InlineData("""{"type":"REVIVE","framework_id":{"value":"x"},"no_such_field":1}""", 400, "Framework cannot be found")]
    [InlineData("""{"type":"ACCEPT","framework_id":{"value":"x"}}""", 400, "Failed to validate scheduler::Call: Expecting 'accept' to be present")]
    [InlineData("""{"type":"KILL","framework_id":{"value":"x"}}""", 400, "Failed to validate scheduler::Call: Expecting 'kill' to be present")]
    [InlineData("""{"type":"SUBSCRIBE"}""", 400, "Failed to validate scheduler::Call: Expecting 'subscribe' to be present")]
    [InlineData("""{"type":"SUBSCRIBE","subscribe":{"framework_info":{"name":"x"}}}""", 400,
        "Failed to convert JSON into Call protobuf: Missing required fields: subscribe.framework_info.user")]
    [InlineData("""{"type":"SUBSCRIBE","framework_id":{"value":"x"},"subscribe":{"framework_info":{"user":"u","name":"x"}}}""", 400,
        "Failed to validate scheduler::Call: 'framework_id' differs from 'subscribe.framework_info.id'")]
    public async Task Scheduler_call(string body, int status, string text)
    {
        await using var server = await LiveServer.StartAsync();
        (await PostAsync(server.Master, "/api/v1/scheduler", body, "application/json")).Should().Be((status, text));
    }

    [Theory]
    [InlineData("{}", 400, "Failed to convert JSON into Call protobuf: Missing required fields: executor_id, framework_id")]
    [InlineData("""{"type":"SUBSCRIBE","executor_id":{"value":"e"},"framework_id":{"value":"x"},"subscribe":{}}""", 400, "Framework cannot be found")]
    public async Task Executor_call(string body, int status, string text)
    {
        await using var server = await LiveServer.StartAsync();
        (await PostAsync(server.Agent, "/api/v1/executor", body, "application/json")).Should().Be((status, text));
    }

    [Fact]
    public async Task Content_type_accept_and_method()
    {
        await using var server = await LiveServer.StartAsync();
        (await PostAsync(server.Master, "/api/v1/scheduler", "{}", "text/plain")).Should()
            .Be((415, "Expecting 'Content-Type' of application/json or application/x-protobuf"));
        (await PostAsync(server.Master, "/api/v1/scheduler", "{}", null)).Should().Be((400, "Expecting 'Content-Type' to be present"));
        (await PostAsync(server.Master, "/api/v1/scheduler", "{}", "application/json", accept: "text/html")).Should()
            .Be((406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'"));
        (await PostAsync(server.Master, "/api/v1/scheduler", "xyz", "application/x-protobuf")).Should()
            .Be((400, "Failed to parse body into Call protobuf"));
        using var http = new HttpClient();
        using var get = await http.GetAsync(new Uri(server.Master, "/api/v1/scheduler"));
        get.Content.Headers.Allow.Should().Equal("POST");
        (await get.Content.ReadAsStringAsync()).Should().Be("405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'.");
    }

    private static async Task<(int, string)> PostAsync(Uri root, string path, string body, string? type, string? accept = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(root, path)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (type is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
