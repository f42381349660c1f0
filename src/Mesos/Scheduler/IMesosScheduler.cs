using Mesos.V1;
using Mesos.V1.Scheduler;

namespace Mesos.Scheduler;

/// <summary>
/// The seam to a Mesos master's v1 scheduler API: one subscription at a time, and calls that go along with it.
/// What goes on over lost connections is <see cref="SchedulerSession"/>, which stands on this.
/// </summary>
public interface IMesosScheduler
{
    /// <summary>
    /// Subscribes once and yields every event, SUBSCRIBED first (or ERROR, where the master does not want this framework).
    /// Ends when the master ends the stream; throws <see cref="MesosException"/> where it refuses, or where the connection
    /// breaks. Never subscribes again by itself.
    /// </summary>
    IAsyncEnumerable<Event> SubscribeAsync(FrameworkInfo framework, CancellationToken cancellation);

    /// <summary>
    /// Sends a call of the present subscription; calls keep their order. Returns once the master queued it (202), which
    /// is not: once it took effect. Throws <see cref="MesosException"/> where there is no subscription or it is refused.
    /// </summary>
    Task SendAsync(Call call, CancellationToken cancellation);
}
