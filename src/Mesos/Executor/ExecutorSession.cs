using System.Runtime.CompilerServices;
using Mesos.V1.Executor;

namespace Mesos.Executor;

/// <summary>What an executor hears: the stream's events, and when there is no stream.</summary>
public abstract record ExecutorSignal
{
    private ExecutorSignal() { }

    /// <summary>An event of the present subscription; SUBSCRIBED is the first of each. HEARTBEATs are kept from the caller.</summary>
    public sealed record Received(Event Event) : ExecutorSignal;

    /// <summary>The agent is away; further tries follow. Said again only where a try fails for another reason than the one before.</summary>
    public sealed record Disconnected(string Reason) : ExecutorSignal;

    /// <summary>The agent was away for longer than the recovery timeout: it has given this executor up. The last signal.</summary>
    public sealed record GivenUp(string Reason) : ExecutorSignal;
}

public sealed record ExecutorSessionOptions
{
    /// <summary>Between tries. The agent gives its executors 2 s (by default) after its restart to be back.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);
    /// <summary>MESOS_RECOVERY_TIMEOUT, where the framework checkpoints; zero where it does not: then the first loss is the last.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(15);
    /// <summary>For the first subscription, if longer than the recovery timeout: agents wait a minute for a new executor.</summary>
    public TimeSpan RegistrationTimeout { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Stays subscribed over an agent's restarts, until cancelled or given up.</summary>
public sealed class ExecutorSession(
    IMesosExecutor connection, TimeProvider time, ExecutorSessionOptions? options = null)
{
    private readonly ExecutorSessionOptions options = options ?? new ExecutorSessionOptions();

    /// <param name="unacknowledged">Asked at each subscription: the tasks and updates not acknowledged at that instant.</param>
    /// <param name="cancellation">Throws <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<ExecutorSignal> RunAsync(
        Func<Call.Types.Subscribe> unacknowledged, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var limit = options.RegistrationTimeout > options.RecoveryTimeout ? options.RegistrationTimeout : options.RecoveryTimeout;
        var away = time.GetTimestamp();
        string? told = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            string? reason = null;
            await using (var subscription = new Subscription<Event>(
                token => connection.SubscribeAsync(unacknowledged(), token), time, cancellation))
            {
                var subscribed = false;
                while (reason is null)
                {
                    // Agents are silent for half an hour on end; only the answer to SUBSCRIBE can be waited for.
                    var next = await subscription.NextAsync(subscribed ? Timeout.InfiniteTimeSpan : Remaining(limit, away));
                    if (next.Event is not { } received)
                    {
                        reason = next.EndReason;
                        break;
                    }
                    if (received.Type == Event.Types.Type.Heartbeat)
                        continue;
                    subscribed = true;
                    yield return new ExecutorSignal.Received(received);
                }
                if (subscribed)
                {
                    limit = options.RecoveryTimeout;
                    away = time.GetTimestamp();
                    told = null;
                }
            }
            if (reason != told)
                yield return new ExecutorSignal.Disconnected(reason!);
            told = reason;
            var wait = Remaining(limit, away) < options.RetryInterval ? Remaining(limit, away) : options.RetryInterval;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellation);
            if (Remaining(limit, away) > TimeSpan.Zero)
                continue;
            yield return new ExecutorSignal.GivenUp($"no subscription within {limit.TotalSeconds:0.###} s; last: {reason}");
            yield break;
        }
    }

    /// <summary>What is left of the limit since the agent went away; never below zero.</summary>
    private TimeSpan Remaining(TimeSpan limit, long away)
    {
        var left = limit - time.GetElapsedTime(away);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
