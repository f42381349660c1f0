using Mesos.Executor;
using Mesos.V1;
using Mesos.V1.Executor;
using Testing;

namespace Mesos.Tests;

public class ExecutorSessionTests
{
    private static readonly Event Subscribed = new() { Type = Event.Types.Type.Subscribed };
    private static readonly Event Launch = new() { Type = Event.Types.Type.Launch };
    private static readonly Event Heartbeat = new() { Type = Event.Types.Type.Heartbeat };
    private static readonly Event Shutdown = new() { Type = Event.Types.Type.Shutdown };

    [Fact]
    public void An_agents_restart_is_survived_and_each_reason_told_once()
    {
        var refused = Script().Fail("connection refused");
        var recovering = Script().Fail("503", 503);
        var run = Run(10, new(), Script().Then(Subscribed).Then(Heartbeat).Then(Launch).Fail("broke"),
            refused, refused, refused, recovering, recovering, Script().Then(Subscribed).Fail("broke"), Script().Then(Subscribed).Then(Shutdown).Hang());
        run.Signals.Should().Equal(
            "Subscribed", "Launch", "- broke", "- connection refused", "- 503", "Subscribed", "- broke", "Subscribed", "Shutdown",
            "- nothing more in 13 hours");
        run.Connection.Subscribed.Select(at => at.TotalMilliseconds).Should().Equal(0, 250, 500, 750, 1000, 1250, 1500, 1750);
    }

    [Fact]
    public void Half_a_day_of_silence_is_nothing_unusual()
    {
        var run = Run(3, new(), Script().Then(Subscribed).Wait(43_200).Then(Launch).Fail("broke"));
        run.Signals.Should().Equal("Subscribed", "Launch", "- broke");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_agent_that_stays_away_is_given_up_after_the_recovery_timeout(bool hanging)
    {
        var away = hanging ? Script().Hang() : Script().Fail("refused");
        var run = Run(100, new() { RecoveryTimeout = TimeSpan.FromSeconds(10.1) }, Script().Then(Subscribed).Wait(5).Fail("broke"), away);
        run.Signals[..2].Should().Equal("Subscribed", "- broke");
        run.Signals[^1].Should().StartWith("given up: no subscription within 10.1 s");
        run.Ended.Should().Be(TimeSpan.FromSeconds(15.1));
        run.Connection.Subscribed.Should().HaveCount(hanging ? 2 : 41);
        run.Connection.Open.Should().Be(0);
    }

    [Fact]
    public void The_timeout_counts_anew_from_each_loss()
    {
        var lost = Script().Then(Subscribed).Wait(5).Fail("broke");
        var run = Run(100, new() { RecoveryTimeout = TimeSpan.FromSeconds(2) }, lost, lost, lost, lost, Script().Fail("refused"));
        run.Signals.Count(signal => signal == "Subscribed").Should().Be(4);
        run.Ended.TotalSeconds.Should().BeApproximately(4 * 5 + 3 * 0.25 + 2, 0.001);
    }

    [Fact]
    public void Without_checkpointing_the_first_loss_is_the_last()
    {
        var run = Run(100, new() { RecoveryTimeout = TimeSpan.Zero }, Script().Then(Subscribed).Wait(5).Fail("broke"), Script().Then(Subscribed).Hang());
        run.Signals[..2].Should().Equal("Subscribed", "- broke");
        run.Signals[2].Should().StartWith("given up");
        run.Connection.Subscribed.Should().ContainSingle();
    }

    [Fact]
    public void The_first_subscription_has_a_minute_even_then()
    {
        var run = Run(100, new() { RecoveryTimeout = TimeSpan.Zero }, Script().Fail("refused"));
        run.Signals[0].Should().Be("- refused");
        run.Ended.Should().Be(TimeSpan.FromMinutes(1));
        run.Connection.Subscribed.Should().HaveCountGreaterThan(200);
    }

    [Fact]
    public void What_is_unacknowledged_is_asked_for_at_each_subscription() => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Then(Subscribed).Then(Launch).Fail("broke"), Script().Fail("503", 503), Script().Then(Subscribed).Hang());
        var unacknowledged = new Call.Types.Subscribe();
        await foreach (var signal in new ExecutorSession(connection, clock).RunAsync(unacknowledged.Clone, CancellationToken.None))
        {
            if (signal is ExecutorSignal.Received { Event.Type: Event.Types.Type.Launch })
                unacknowledged.UnacknowledgedTasks.Add(new TaskInfo { TaskId = new TaskID { Value = "t" } });
            if (connection.Asked.Count == 3)
                break;
        }
        connection.Asked.Select(asked => asked.UnacknowledgedTasks.Count).Should().Equal(0, 1, 1);
    });

    [Theory]
    [InlineData(0.1)]
    [InlineData(5)]
    public void Cancelling_throws_at_once_in_a_wait_as_in_a_stream(double afterSeconds) => VirtualTime.Run(async clock =>
    {
        var connection = new Connection(clock, Script().Fail("x"), Script().Then(Subscribed).Hang());
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(afterSeconds), clock);
        var running = async () =>
        {
            await foreach (var _ in new ExecutorSession(connection, clock).RunAsync(() => new(), cancellation.Token))
            {
            }
        };
        await VirtualTime.ThrowsAsync<OperationCanceledException>(running);
        clock.Elapsed.Should().Be(TimeSpan.FromSeconds(afterSeconds));
        connection.Open.Should().Be(0);
        clock.NextDue.Should().BeNull("no timer is left behind");
    });

    private sealed record Outcome(Connection Connection, List<string> Signals)
    {
        public TimeSpan Ended { get; set; }
    }

    /// <summary>Until so many signals, the end of the session, or 13 hours.</summary>
    private static Outcome Run(int signals, ExecutorSessionOptions options, params Script<Event>[] scripts)
    {
        Outcome? outcome = null;
        VirtualTime.Run(async clock =>
        {
            outcome = new Outcome(new Connection(clock, scripts), []);
            using var enough = new CancellationTokenSource(TimeSpan.FromHours(13), clock);
            try
            {
                await foreach (var signal in new ExecutorSession(outcome.Connection, clock, options).RunAsync(() => new(), enough.Token))
                {
                    outcome.Signals.Add(signal switch
                    {
                        ExecutorSignal.Received received => received.Event.Type.ToString(),
                        ExecutorSignal.Disconnected disconnected => $"- {disconnected.Reason}",
                        ExecutorSignal.GivenUp given => $"given up: {given.Reason}",
                        _ => throw new ArgumentOutOfRangeException(nameof(signals)),
                    });
                    if (outcome.Signals.Count == signals)
                        break;
                }
            }
            catch (OperationCanceledException)
            {
                outcome.Signals.Add("- nothing more in 13 hours");
            }
            outcome.Ended = clock.Elapsed;
        });
        return outcome!;
    }

    private static Script<Event> Script() => new();

    private sealed class Connection(ManualTimeProvider clock, params Script<Event>[] scripts) : IMesosExecutor
    {
        private readonly Scripted<Event> scripted = new(clock, scripts);

        public List<TimeSpan> Subscribed => scripted.Subscribed;
        public int Open => scripted.Open;
        public List<Call.Types.Subscribe> Asked { get; } = [];

        public IAsyncEnumerable<Event> SubscribeAsync(Call.Types.Subscribe unacknowledged, CancellationToken cancellation)
        {
            Asked.Add(unacknowledged);
            return scripted.PlayAsync(cancellation);
        }

        public Task SendAsync(Call call, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
