using System.Runtime.CompilerServices;
using Mesos.V1;
using Mesos.V1.Scheduler;

namespace Mesos.Scheduler;

/// <summary>What a scheduler hears: the stream's events, and when there is no stream.</summary>
public abstract record SchedulerSignal
{
    private SchedulerSignal() { }

    /// <summary>An event of the present subscription; SUBSCRIBED is the first of each. HEARTBEATs are kept from the caller.</summary>
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
    /// <summary>What masters say in SUBSCRIBED, and what holds until one has said so.</summary>
    private static readonly TimeSpan UsualHeartbeat = TimeSpan.FromSeconds(15);

    private readonly SchedulerSessionOptions options = options ?? new SchedulerSessionOptions();

    /// <param name="framework">Asked at each subscription, so that an id once given goes along with the next.</param>
    /// <param name="cancellation">The only end besides ERROR; throws <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<SchedulerSignal> RunAsync(
        Func<FrameworkInfo> framework, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            string? reason = null;
            await using (var subscription = new Subscription<Event>(
                token => connection.SubscribeAsync(framework(), token), time, cancellation))
            {
                var silence = UsualHeartbeat * options.HeartbeatsMissed;
                while (reason is null)
                {
                    var next = await subscription.NextAsync(silence);
                    if (next.Event is not { } received)
                    {
                        reason = next.EndReason;
                        break;
                    }
                    if (received.Type == Event.Types.Type.Subscribed)
                    {
                        failures = 0;
                        silence = Heartbeat(received.Subscribed) * options.HeartbeatsMissed;
                    }
                    if (received.Type == Event.Types.Type.Heartbeat)
                        continue;
                    yield return new SchedulerSignal.Received(received);
                    if (received.Type == Event.Types.Type.Error)
                        yield break;
                }
            }
            yield return new SchedulerSignal.Disconnected(reason!);
            await Task.Delay(Backoff(++failures), time, cancellation);
        }
    }

    private static TimeSpan Heartbeat(Event.Types.Subscribed? subscribed) =>
        subscribed is { HeartbeatIntervalSeconds: > 0 and < 86_400 and var seconds } ? TimeSpan.FromSeconds(seconds) : UsualHeartbeat;

    /// <summary>Anywhere between the least and a ceiling that doubles with each failure: many schedulers must not come back in step.</summary>
    private TimeSpan Backoff(int failures)
    {
        var ceiling = options.BackoffMin * Math.Pow(2, Math.Min(failures, 30));
        if (ceiling > options.BackoffMax)
            ceiling = options.BackoffMax;
        return ceiling <= options.BackoffMin ? ceiling : options.BackoffMin + (ceiling - options.BackoffMin) * random.NextDouble();
    }
}
