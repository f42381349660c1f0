using Testing;

namespace Docker.Tests;

public sealed class EventTests(TestRun run) : IClassFixture<TestRun>
{
    [Fact]
    public async Task Start_and_die_are_told_with_labels_exit_code_and_time()
    {
        var before = DateTimeOffset.UtcNow;
        var config = run.Shell("exit 4") with
        {
            Labels = new Dictionary<string, string> { ["reconciler.test.run"] = run.Id, ["reconciler.test.case"] = "told" },
        };
        var listening = ListenAsync(before, "reconciler.test.case=told", e => e.Action == "destroy");

        await run.StartAsync(run.Config("true"));
        var id = await run.StartAsync(config);
        await run.Engine.WaitContainerAsync(id);
        await run.Engine.RemoveContainerAsync(id, force: false);

        var events = await listening;
        events.Should().OnlyContain(e => e.ContainerId == id, "the other container does not carry the label");
        events.Select(e => e.Action).Should().ContainInOrder("create", "start", "die", "destroy");
        var died = events.Single(e => e.Action == "die");
        died.Attributes["exitCode"].Should().Be("4");
        died.Attributes["reconciler.test.run"].Should().Be(run.Id);
        events.Select(e => e.Time).Should().BeInAscendingOrder();
        events.Should().OnlyContain(e => e.Time >= before.AddSeconds(-1) && e.Time <= DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task Asking_from_an_event_on_has_it_again_and_what_followed_but_nothing_before()
    {
        var id = await run.StartAsync(run.Config("true"));
        await run.Engine.WaitContainerAsync(id);
        var all = await ListenAsync(DateTimeOffset.UtcNow.AddMinutes(-1), run.Label, e => e.Action == "die" && e.ContainerId == id);
        var start = all.Last(e => e.Action == "start" && e.ContainerId == id);

        var again = await ListenAsync(start.Time, run.Label, e => e.Action == "die" && e.ContainerId == id);

        again.Where(e => e.ContainerId == id).Select(e => e.Action).Should().Equal("start", "die");
    }

    [Fact]
    public async Task Listening_ends_with_the_callers_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        await using var events = run.Engine.EventsAsync(["reconciler.test.none"], null, cancellation.Token).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => next).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Silence_is_no_fault_but_a_broken_connection_is()
    {
        await using var proxy = DockerDaemon.Proxy();
        await using var engine = new DockerEngine(
            new DockerEngineOptions { Address = proxy.Path, CallTimeout = TimeSpan.FromSeconds(10), IdleTimeout = TimeSpan.FromMilliseconds(1) });
        await using var events = engine.EventsAsync([run.Label], null).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        var id = await Eventually.GetAsync<string>("an event", async () =>
        {
            var made = await run.CreateAsync(run.Config("true"));
            return next.IsCompleted ? made : null;
        });
        (await next).Should().BeTrue("the idle timeout is not for events, and {0} was made", id);

        next = DrainAsync(events);
        await proxy.DisposeAsync();
        (await FluentActions.Awaiting(() => next).Should().ThrowAsync<DockerException>()).Which.StatusCode.Should().BeNull();
    }

    private static async Task<bool> DrainAsync(IAsyncEnumerator<ContainerEvent> events)
    {
        while (await events.MoveNextAsync())
        {
        }
        return false;
    }

    private async Task<List<ContainerEvent>> ListenAsync(DateTimeOffset since, string label, Func<ContainerEvent, bool> last)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        var events = new List<ContainerEvent>();
        await foreach (var e in run.Engine.EventsAsync([label], since, limit.Token))
        {
            events.Add(e);
            if (last(e))
                break;
        }
        return events;
    }
}
