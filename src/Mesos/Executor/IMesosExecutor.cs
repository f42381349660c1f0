using Mesos.V1.Executor;

namespace Mesos.Executor;

/// <summary>
/// The seam to a Mesos agent's v1 executor API, as <see cref="Scheduler.IMesosScheduler"/> is to a master's.
/// What goes on over an agent's restart is <see cref="ExecutorSession"/>, which stands on this.
/// </summary>
public interface IMesosExecutor
{
    /// <summary>
    /// Subscribes once, with the tasks and updates that were not acknowledged, and yields every event, SUBSCRIBED first
    /// (or SHUTDOWN alone, where the executor's only task was killed before it came).
    /// Ends when the agent ends the stream; throws <see cref="MesosException"/> where it refuses or the connection breaks.
    /// </summary>
    IAsyncEnumerable<Event> SubscribeAsync(Call.Types.Subscribe unacknowledged, CancellationToken cancellation);

    /// <summary>Sends UPDATE or MESSAGE; calls keep their order. <see cref="MesosException.StatusCode"/> 503: try again.</summary>
    Task SendAsync(Call call, CancellationToken cancellation);
}
