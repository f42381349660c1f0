using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Testing;

namespace Mesos.Tests;

public class SchedulerSessionTests
{
    private static readonly Event Offers = new() { Type = Event.Types.Type.Offers };
    private static readonly Event Heartbeat = new() { Type = Event.Types.Type.Heartbeat };
    private static readonly Event Error = new() { Type = Event.Types.Type.Error, Error = new() { Message = "Framework failed over" } };

    [Fact]
    public void Events_are_passed_on_without_heartbeats_and_an_end_is_followed_by_another_try()
    {
        var run = Run(6, Script().Then(Subscribed()).Then(Heartbeat).Then(Offers), Script().Then(Subscribed()).Then(Offers).Fail("broke"), Script().Hang());
        run.Signals.Should().Equal(
            "Subscribed", "Offers", "- the stream was ended by the other side",
            "Subscribed", "Offers", "- broke");
        run.Connection.Subscribed[1].TotalSeconds.Should().BeInRange(0.25, 0.5);
    }

    [Fact]
    public void Silence_of_five_heartbeats_ends_a_subscription_and_not_before()
    {
        var run = Run(3, Script().Then(Subscribed(2)).Wait(9.9).Then(Heartbeat).Wait(9.9).Then(Offers).Hang());
        run.Signals.Should().Equal("Subscribed", "Offers", "- nothing was heard for 10 s");
        run.At[2].Should().Be(TimeSpan.FromSeconds(29.8));
    }

    [Fact]
    public void A_master_that_accepts_and_then_says_nothing_is_left_too()
    {
        var run = Run(1, Script().Hang());
        run.Signals.Should().Equal("- nothing was heard for 75 s");
        run.Connection.Open.Should().Be(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e300)]
    public void A_senseless_heartbeat_interval_is_the_usual_one(double interval)
    {
        var run = Run(2, Script().Then(Subscribed(interval)).Hang());
        run.Signals[1].Should().Be("- nothing was heard for 75 s");
    }

    [Fact]
    public void Time_that_the_caller_takes_is_no_silence() => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Then(Subscribed(1)).Then(Offers).Then(Offers).Hang());
        var received = 0;
        await foreach (var signal in Session(connection, clock).RunAsync(() => new FrameworkInfo(), CancellationToken.None))
        {
            if (signal is not SchedulerSignal.Received)
                break;
            received++;
            await Task.Delay(TimeSpan.FromSeconds(60), clock);
        }
        received.Should().Be(3);
    });

    [Fact]
    public void Tries_back_off_to_the_maximum_and_begin_anew_after_a_success()
    {
        var refused = Script().Fail("refused", 503);
        var run = Run(23, [.. Enumerable.Repeat(refused, 20), Script().Then(Subscribed()), Script().Fail("x")]);
        var waits = run.Connection.Subscribed.Zip(run.Connection.Subscribed.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        waits.Should().OnlyContain(wait => wait >= 0.25 && wait <= 15);
        waits[0].Should().BeLessThanOrEqualTo(0.5);
        waits[1].Should().BeLessThanOrEqualTo(1);
        waits.Take(20).Max().Should().BeGreaterThan(5);
        waits.Skip(5).Take(15).Should().OnlyHaveUniqueItems("schedulers must not come back in step");
        waits[20].Should().BeLessThanOrEqualTo(0.5, "a subscription was had before");
    }

    [Fact]
    public void The_same_seed_waits_the_same()
    {
        TimeSpan[] Tries(int seed) => [.. Run(10, seed, Script().Fail("x")).Connection.Subscribed];
        Tries(1).Should().Equal(Tries(1)).And.NotEqual(Tries(2));
    }

    [Fact]
    public void ERROR_is_the_last_signal_and_nothing_is_tried_again()
    {
        var run = Run(100, Script().Then(Subscribed()).Then(Error).Then(Offers));
        run.Signals.Should().Equal("Subscribed", "Error");
        run.Connection.Subscribed.Should().ContainSingle();
        run.Connection.Open.Should().Be(0);
    }

    [Fact]
    public void The_framework_is_asked_for_at_each_subscription() => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Then(Subscribed()), Script().Then(Subscribed()).Hang());
        FrameworkID? id = null;
        await foreach (var signal in Session(connection, clock).RunAsync(() => new FrameworkInfo { Id = id }, CancellationToken.None))
        {
            if (signal is SchedulerSignal.Received received && id is not null)
                break;
            if (signal is SchedulerSignal.Received { Event.Subscribed: { } subscribed })
                id = subscribed.FrameworkId;
        }
        connection.Frameworks.Select(framework => framework.Id?.Value).Should().Equal(null, "F");
    });

    [Theory]
    [InlineData(0.1)]
    [InlineData(5)]
    public void Cancelling_throws_at_once_in_a_wait_as_in_a_stream(double afterSeconds) => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Fail("x"), Script().Then(Subscribed()).Hang());
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(afterSeconds), clock);
        var running = async () =>
        {
            await foreach (var _ in Session(connection, clock).RunAsync(() => new FrameworkInfo(), cancellation.Token))
            {
            }
        };
        await VirtualTime.ThrowsAsync<OperationCanceledException>(running);
        clock.Elapsed.Should().Be(TimeSpan.FromSeconds(afterSeconds));
        connection.Open.Should().Be(0);
        clock.NextDue.Should().BeNull("no timer is left behind");
    });

    [Fact]
    public void Leaving_the_enumeration_leaves_nothing_open() => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Then(Subscribed()).Hang());
        await foreach (var _ in Session(connection, clock).RunAsync(() => new FrameworkInfo(), CancellationToken.None))
            break;
        connection.Open.Should().Be(0);
        clock.NextDue.Should().BeNull();
    });

    [Fact]
    public void A_fault_that_is_not_Mesos_comes_out() => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Hang());
        var running = async () =>
        {
            await foreach (var _ in Session(connection, clock).RunAsync(() => throw new FormatException("bug"), CancellationToken.None))
            {
            }
        };
        await VirtualTime.ThrowsAsync<FormatException>(running);
    });

    private sealed record Outcome(Connection Connection, List<string> Signals, List<TimeSpan> At);

    private static Outcome Run(int signals, params Script<Event>[] scripts) => Run(signals, 1, scripts);

    private static Outcome Run(int signals, int seed, params Script<Event>[] scripts)
    {
        Outcome? outcome = null;
        VirtualTime.Run(async clock =>
        {
            outcome = new Outcome(new Connection(clock, scripts), [], []);
            await foreach (var signal in Session(outcome.Connection, clock, seed).RunAsync(() => new FrameworkInfo(), CancellationToken.None))
            {
                outcome.Signals.Add(signal switch
                {
                    SchedulerSignal.Received received => received.Event.Type.ToString(),
                    SchedulerSignal.Disconnected disconnected => $"- {disconnected.Reason}",
                    _ => throw new ArgumentOutOfRangeException(nameof(signals)),
                });
                outcome.At.Add(clock.Elapsed);
                if (outcome.Signals.Count == signals)
                    break;
            }
        });
        return outcome!;
    }

    private static SchedulerSession Session(Connection connection, ManualTimeProvider clock, int seed = 1) => new(connection, clock, new Random(seed));

    private static Script<Event> Script() => new();

    private static Event Subscribed(double heartbeat = 15) => new()
    {
        Type = Event.Types.Type.Subscribed,
        Subscribed = new() { FrameworkId = new FrameworkID { Value = "F" }, HeartbeatIntervalSeconds = heartbeat },
    };

    private sealed class Connection(ManualTimeProvider clock, params Script<Event>[] scripts) : IMesosScheduler
    {
        private readonly Scripted<Event> scripted = new(clock, scripts);

        public List<TimeSpan> Subscribed => scripted.Subscribed;
        public int Open => scripted.Open;
        public List<FrameworkInfo> Frameworks { get; } = [];

        public IAsyncEnumerable<Event> SubscribeAsync(FrameworkInfo framework, CancellationToken cancellation)
        {
            Frameworks.Add(framework);
            return scripted.PlayAsync(cancellation);
        }

        public Task SendAsync(Call call, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
