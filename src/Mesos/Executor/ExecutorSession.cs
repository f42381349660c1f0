using Mesos.V1.Executor;

namespace Mesos.Executor;

/// <summary>What an executor hears: the stream's events, and when there is no stream.</summary>
public abstract record ExecutorSignal
{
    private ExecutorSignal() { }

    /// <summary>An event of the present subscription; SUBSCRIBED is the first of each.</summary>
    public sealed record Received(Event Event) : ExecutorSignal;

    /// <summary>The agent is away; another try follows.</summary>
    public sealed record Disconnected(string Reason) : ExecutorSignal;

    /// <summary>The agent was away for longer than the recovery timeout: it has given this executor up. The last signal.</summary>
    public sealed record GivenUp(string Reason) : ExecutorSignal;
}

public sealed record ExecutorSessionOptions
{
    /// <summary>Between tries. The agent gives its executors 2 s (by default) after its restart to be back.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);
    /// <summary>MESOS_RECOVERY_TIMEOUT, where the framework checkpoints; else none is waited out.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>Stays subscribed over an agent's restarts, until cancelled or given up.</summary>
public sealed class ExecutorSession(
    IMesosExecutor connection, TimeProvider time, ExecutorSessionOptions? options = null)
{
    /// <param name="unacknowledged">Asked at each subscription: the tasks and updates not acknowledged at that instant.</param>
    public IAsyncEnumerable<ExecutorSignal> RunAsync(
        Func<Call.Types.Subscribe> unacknowledged, CancellationToken cancellation) =>
        throw new NotImplementedException($"{connection} {time} {options}");
}
