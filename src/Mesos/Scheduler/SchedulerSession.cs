using Mesos.V1;
using Mesos.V1.Scheduler;

namespace Mesos.Scheduler;

/// <summary>What a scheduler hears: the stream's events, and when there is no stream.</summary>
public abstract record SchedulerSignal
{
    private SchedulerSignal() { }

    /// <summary>An event of the present subscription; SUBSCRIBED is the first of each.</summary>
    public sealed record Received(Event Event) : SchedulerSignal;

    /// <summary>The subscription is over, or could not be had; another try follows. All offers in hand are void.</summary>
    public sealed record Disconnected(string Reason) : SchedulerSignal;
}

public sealed record SchedulerSessionOptions
{
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromMilliseconds(250);
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>So many heartbeat intervals of silence end a subscription.</summary>
    public int HeartbeatsMissed { get; init; } = 5;
}

/// <summary>
/// Stays subscribed: subscribes, watches the heartbeats, backs off, subscribes again, until cancelled.
/// ERROR is passed on as an event and ends the session: whoever was evicted must not fight.
/// </summary>
public sealed class SchedulerSession(
    IMesosScheduler connection, TimeProvider time, Random random, SchedulerSessionOptions? options = null)
{
    public IAsyncEnumerable<SchedulerSignal> RunAsync(Func<FrameworkInfo> framework, CancellationToken cancellation) =>
        throw new NotImplementedException($"{connection} {time} {random} {options}");
}
