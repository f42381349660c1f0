using Testing;

namespace Docker.Tests;

/// <summary>A real Engine behind a connection that fails.</summary>
public sealed class FaultTests(TestRun run) : IClassFixture<TestRun>, IAsyncLifetime
{
    private UnixProxy _proxy = null!;
    private DockerEngine _engine = null!;

    public Task InitializeAsync()
    {
        _proxy = DockerDaemon.Proxy();
        _engine = Engine(TimeSpan.FromSeconds(20));
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(ProxyFault.Hang)]
    [InlineData(ProxyFault.HangReply)]
    public async Task A_socket_that_hangs_ends_every_call_at_its_deadline(ProxyFault fault)
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        await using var engine = Engine(TimeSpan.FromMilliseconds(300));
        await Eventually.TrueAsync("the version is known", async () => await engine.InspectContainerAsync(id) is not null);
        _proxy.Decide = _ => fault;
        Func<Task>[] calls =
        [
            () => engine.InfoAsync(),
            () => engine.CreateContainerAsync(run.NewName(), run.Config("true")),
            () => engine.StartContainerAsync(id),
            () => engine.StopContainerAsync(id, TimeSpan.Zero),
            () => engine.KillContainerAsync(id, "SIGUSR1"),
            () => engine.InspectContainerAsync(id),
            () => engine.ListContainersAsync([run.Label]),
            () => engine.InspectImageAsync(run.Image),
            () => engine.PullImageAsync("reconciler-test/none:1"),
            () => engine.ImportImageAsync(new MemoryStream(new byte[1 << 20]), "reconciler-test/never", run.Id, []),
            () => engine.RemoveImageAsync("reconciler-test/none:1"),
            () => TestRun.OutputAsync(engine, id),
            async () => await engine.EventsAsync([], null).GetAsyncEnumerator().MoveNextAsync(),
            () => engine.RemoveContainerAsync(id, force: true),
        ];
        foreach (var call in calls)
        {
            var failed = (await call.Should().ThrowAsync<DockerException>()).Which;
            failed.StatusCode.Should().BeNull();
            failed.Message.Should().Contain("within 0.3 s");
        }
        await run.Engine.RemoveImageAsync($"reconciler-test/never:{run.Id}");
    }

    [Fact]
    public async Task A_hang_before_the_first_call_is_noticed_too()
    {
        _proxy.Decide = _ => ProxyFault.Hang;
        await using var engine = Engine(TimeSpan.FromMilliseconds(300));
        (await FluentActions.Awaiting(() => engine.InfoAsync()).Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();

        _proxy.Decide = _ => ProxyFault.None;
        await Eventually.TrueAsync("it answers again", async () => (await engine.InfoAsync()).Version.Length > 0);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_not_taken_for_a_fault()
    {
        _proxy.Decide = _ => ProxyFault.Hang;
        using var cancellation = new CancellationTokenSource();
        var call = _engine.InfoAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_reply_lost_after_a_create_leaves_a_container_to_be_found_by_its_name()
    {
        _proxy.Decide = Only("/containers/create", ProxyFault.LoseReply);
        var name = run.NewName();
        var lost = await FluentActions.Awaiting(() => _engine.CreateContainerAsync(name, run.Config("true"))).Should().ThrowAsync<DockerException>();
        lost.Which.StatusCode.Should().BeNull();

        var found = await _engine.InspectContainerAsync(name);
        found!.Labels.Should().Contain("reconciler.test.run", run.Id);
        (await FluentActions.Awaiting(() => run.Engine.CreateContainerAsync(name, run.Config("true"))).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().Be(409);
    }

    [Fact]
    public async Task A_reply_lost_after_a_start_can_simply_be_asked_again()
    {
        var id = await run.CreateAsync(run.Config("sleep", "300"));
        _proxy.Decide = Only("/start", ProxyFault.LoseReply);
        (await FluentActions.Awaiting(() => _engine.StartContainerAsync(id)).Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();

        (await run.InspectAsync(id)).State.Running.Should().BeTrue();
        _proxy.Decide = _ => ProxyFault.None;
        await _engine.StartContainerAsync(id);
    }

    [Fact]
    public async Task A_signal_is_sent_once_even_when_its_reply_is_lost()
    {
        var id = await run.StartAsync(run.Shell("trap 'echo signal' USR1; echo ready; while :; do sleep 0.1; done"));
        await Eventually.TrueAsync("the trap is set", async () => (await TestRun.OutputAsync(run.Engine, id)).Stdout.Length > 0);
        var asked = 0;
        _proxy.Decide = line =>
        {
            if (!line.Contains("/kill"))
                return ProxyFault.None;
            Interlocked.Increment(ref asked);
            return ProxyFault.LoseReply;
        };
        (await FluentActions.Awaiting(() => _engine.KillContainerAsync(id, "SIGUSR1")).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().BeNull();
        asked.Should().Be(1);
    }

    [Fact]
    public async Task A_reset_connection_is_an_exception_without_a_status_and_the_next_call_works()
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        _proxy.Decide = _ => ProxyFault.Reset;
        (await FluentActions.Awaiting(() => _engine.InspectContainerAsync(id)).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().BeNull();
        _proxy.Decide = _ => ProxyFault.None;
        (await _engine.InspectContainerAsync(id))!.State.Running.Should().BeTrue();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(250)]
    [InlineData(1000)]
    public async Task A_truncated_answer_is_never_half_believed(int bytes)
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        _proxy.ReplyBytes = bytes;
        _proxy.Decide = Only("/json", ProxyFault.TruncateReply);
        (await FluentActions.Awaiting(() => _engine.InspectContainerAsync(id)).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().BeNull();
        (await FluentActions.Awaiting(() => _engine.ListContainersAsync([run.Label])).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().BeNull();
    }

    [Fact]
    public async Task An_engine_that_dies_during_a_wait_gives_no_exit_code()
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        var asked = new TaskCompletionSource();
        _proxy.Decide = line =>
        {
            if (line.Contains("/wait"))
                asked.TrySetResult();
            return ProxyFault.None;
        };
        var waiting = _engine.WaitContainerAsync(id);
        await asked.Task.WaitAsync(Eventually.DefaultDeadline);
        await _proxy.DisposeAsync();
        (await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();
    }

    [Fact]
    public async Task A_stop_may_take_its_grace_period_beyond_the_calls_deadline()
    {
        var id = await run.StartAsync(run.Shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        await Eventually.TrueAsync("the trap is set", async () => (await TestRun.OutputAsync(run.Engine, id)).Stdout.Length > 0);
        await using var engine = new DockerEngine(new DockerEngineOptions { Address = DockerDaemon.Address, CallTimeout = TimeSpan.FromMilliseconds(500) });
        await engine.StopContainerAsync(id, TimeSpan.FromSeconds(2));
        (await run.InspectAsync(id)).State.ExitCode.Should().Be(137);
    }

    private DockerEngine Engine(TimeSpan timeout) => new(new DockerEngineOptions
    {
        Address = "unix://" + _proxy.Path,
        CallTimeout = timeout,
        StopMargin = timeout,
        IdleTimeout = timeout,
    });

    private static Func<string, ProxyFault> Only(string path, ProxyFault fault) =>
        line => line.Contains(path, StringComparison.Ordinal) ? fault : ProxyFault.None;

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _proxy.DisposeAsync();
    }
}
