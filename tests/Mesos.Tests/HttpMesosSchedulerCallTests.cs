using System.Net.Sockets;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Testing;

namespace Mesos.Tests;

public sealed class HttpMesosSchedulerCallTests
{
    private static readonly Call Revive = new() { Type = Call.Types.Type.Revive };

    [Fact]
    public async Task Calls_bear_the_streams_id_and_the_frameworks_and_share_one_connection_that_is_not_the_streams()
    {
        await using var server = Master();
        await using var subscribed = await SubscribedAsync(server);
        await subscribed.Scheduler.SendAsync(Revive, CancellationToken.None);
        await subscribed.Scheduler.SendAsync(new Call { Type = Call.Types.Type.Suppress, FrameworkId = new FrameworkID { Value = "own" } }, CancellationToken.None);

        var requests = server.Requests.ToList();
        requests.Select(request => request.Connection).Should().Equal(0, 1, 1);
        requests[1..].Should().OnlyContain(request => request.Header("Mesos-Stream-Id") == Answers.StreamId);
        requests[1..].Should().OnlyContain(request => request.Header("Content-Type") == "application/x-protobuf" && request.Header("Expect") == null);
        Call.Parser.ParseFrom(requests[1].Body).Should().Be(new Call { Type = Call.Types.Type.Revive, FrameworkId = new FrameworkID { Value = "F-1" } });
        Call.Parser.ParseFrom(requests[2].Body).FrameworkId.Value.Should().Be("own");
        Revive.FrameworkId.Should().BeNull("the caller's message is the caller's");
    }

    [Fact]
    public async Task Calls_arrive_in_the_order_in_which_they_were_sent()
    {
        await using var server = Master();
        await using var subscribed = await SubscribedAsync(server);
        var sent = Enumerable.Range(0, 200).Select(number => subscribed.Scheduler.SendAsync(Kill(number), CancellationToken.None)).ToList();
        await Task.WhenAll(sent);
        Killed(server).Should().Equal(Enumerable.Range(0, 200).Select(number => $"{number}"));
    }

    [Fact]
    public async Task A_call_that_is_given_up_in_the_queue_lets_nobody_overtake()
    {
        var release = new TaskCompletionSource();
        await using var server = Master(async (_, stream) =>
        {
            await release.Task;
            await RawServer.WriteAsync(stream, Answers.Accepted);
            return true;
        });
        await using var subscribed = await SubscribedAsync(server);
        var first = subscribed.Scheduler.SendAsync(Kill(1), CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var second = subscribed.Scheduler.SendAsync(Kill(2), cancellation.Token);
        var third = subscribed.Scheduler.SendAsync(Kill(3), CancellationToken.None);
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => second).Should().ThrowAsync<OperationCanceledException>();
        await Eventually.TrueAsync("the first call is there", () => server.Requests.Count == 2);
        third.IsCompleted.Should().BeFalse();
        release.SetResult();
        await Task.WhenAll(first, third);
        Killed(server).Should().Equal("1", "3");
    }

    [Fact]
    public async Task A_connection_that_the_master_closed_is_made_anew()
    {
        await using var server = Master(async (_, stream) =>
        {
            await RawServer.WriteAsync(stream, Answers.Accepted);
            return false;
        });
        await using var subscribed = await SubscribedAsync(server);
        for (var number = 0; number < 3; number++)
        {
            var call = Kill(number);
            var ended = server.Ended;
            await subscribed.Scheduler.SendAsync(call, CancellationToken.None);
            await Eventually.TrueAsync("the master has closed", () => server.Ended > ended);
        }
        Killed(server).Should().Equal("0", "1", "2");
    }

    [Fact]
    public async Task A_connection_that_dies_in_mid_answer_fails_its_call_and_not_the_next()
    {
        var dying = true;
        await using var server = Master(async (_, stream) =>
        {
            await RawServer.WriteAsync(stream, dying ? "HTTP/1.1 202 Acc" : Answers.Accepted);
            return !dying;
        });
        await using var subscribed = await SubscribedAsync(server);
        var failure = await FluentActions.Awaiting(() => subscribed.Scheduler.SendAsync(Revive, CancellationToken.None)).Should().ThrowAsync<MesosException>();
        failure.Which.StatusCode.Should().BeNull();
        dying = false;
        await subscribed.Scheduler.SendAsync(Revive, CancellationToken.None);
    }

    [Theory]
    [InlineData("f-failover-and-errors/05-sched1-revive-with-old-stream-id.response.http", 400)]
    [InlineData("f-failover-and-errors/59-sub-revive-after-teardown.response.http", 400)]
    [InlineData("f-failover-and-errors/26-raw-kill-without-kill.response.http", 400)]
    public async Task Recorded_refusals_are_told_in_their_own_words(string recorded, int status)
    {
        await using var server = Master(async (_, stream) =>
        {
            await stream.WriteAsync(Transcript.Bytes(recorded));
            return true;
        });
        await using var subscribed = await SubscribedAsync(server);
        var failure = await FluentActions.Awaiting(() => subscribed.Scheduler.SendAsync(Revive, CancellationToken.None)).Should().ThrowAsync<MesosException>();
        failure.Which.StatusCode.Should().Be(status);
        failure.Which.Message.Should().Contain(Transcript.Text(recorded)).And.StartWith("Revive");
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_with_its_deadline_and_the_next_goes_on()
    {
        var silent = true;
        await using var server = Master(async (_, stream) =>
        {
            if (silent)
            {
                await RawServer.UntilClosedAsync(stream);
                return false;
            }
            await RawServer.WriteAsync(stream, Answers.Accepted);
            return true;
        });
        await using var subscribed = await SubscribedAsync(server, TimeSpan.FromSeconds(3));
        var failure = await FluentActions.Awaiting(() => subscribed.Scheduler.SendAsync(Revive, CancellationToken.None)).Should().ThrowAsync<MesosException>();
        failure.Which.Message.Should().Contain("no answer within 3 s");
        silent = false;
        await subscribed.Scheduler.SendAsync(Revive, CancellationToken.None);
    }

    [Fact]
    public async Task Without_a_subscription_there_are_no_calls()
    {
        await using var server = Master();
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri });
        await FluentActions.Awaiting(() => scheduler.SendAsync(Revive, CancellationToken.None)).Should().ThrowAsync<MesosException>().WithMessage("*not subscribed*");
        await using (var subscribed = await SubscribedAsync(server, scheduler: scheduler))
            await scheduler.SendAsync(Revive, CancellationToken.None);
        await FluentActions.Awaiting(() => scheduler.SendAsync(Revive, CancellationToken.None)).Should().ThrowAsync<MesosException>().WithMessage("*not subscribed*");
    }

    [Fact]
    public async Task Calls_go_where_the_subscription_was_accepted()
    {
        await using var leader = Master();
        await using var follower = new RawServer(async (_, stream) =>
        {
            await RawServer.WriteAsync(stream, Answers.Redirect($"//{leader.Uri.Authority}/api/v1/scheduler"));
            return true;
        });
        await using var subscribed = await SubscribedAsync(follower);
        await subscribed.Scheduler.SendAsync(Revive, CancellationToken.None);
        follower.Requests.Should().ContainSingle();
        leader.Requests.Should().HaveCount(2);
    }

    private static Call Kill(int number) =>
        new() { Type = Call.Types.Type.Kill, Kill = new() { TaskId = new TaskID { Value = $"{number}" } } };

    private static IEnumerable<string> Killed(RawServer server) => server.Requests
        .Select(request => Call.Parser.ParseFrom(request.Body)).Where(call => call.Kill is not null).Select(call => call.Kill.TaskId.Value);

    /// <summary>Accepts subscriptions and keeps them open; answers calls with 202, or as the test wants.</summary>
    private static RawServer Master(Func<Call, NetworkStream, Task<bool>>? answer = null) => new(async (request, stream) =>
    {
        var call = Call.Parser.ParseFrom(request.Body);
        if (call.Type == Call.Types.Type.Subscribe)
        {
            var subscribed = new Event { Type = Event.Types.Type.Subscribed, Subscribed = new() { FrameworkId = new FrameworkID { Value = "F-1" } } };
            await RawServer.WriteAsync(stream, Answers.StreamHead());
            await Answers.WriteChunkedAsync(stream, RecordIOWriter.Frame(subscribed), new Random(1));
            await RawServer.UntilClosedAsync(stream);
            return false;
        }
        if (answer is not null)
            return await answer(call, stream);
        await RawServer.WriteAsync(stream, Answers.Accepted);
        return true;
    });

    /// <summary>A scheduler whose SUBSCRIBED has come, and whose stream is open until it is disposed.</summary>
    private sealed class Held(HttpMesosScheduler scheduler, IAsyncEnumerator<Event> events, bool owned) : IAsyncDisposable
    {
        public HttpMesosScheduler Scheduler => scheduler;

        public async ValueTask DisposeAsync()
        {
            await events.DisposeAsync();
            if (owned)
                await scheduler.DisposeAsync();
        }
    }

    private static async Task<Held> SubscribedAsync(RawServer server, TimeSpan? timeout = null, HttpMesosScheduler? scheduler = null)
    {
        var used = scheduler ?? new HttpMesosScheduler(new() { Master = server.Uri, CallTimeout = timeout ?? TimeSpan.FromSeconds(10) });
        var events = used.SubscribeAsync(new FrameworkInfo { User = "root", Name = "test" }, CancellationToken.None).GetAsyncEnumerator();
        (await events.MoveNextAsync()).Should().BeTrue();
        return new Held(used, events, owned: scheduler is null);
    }
}
