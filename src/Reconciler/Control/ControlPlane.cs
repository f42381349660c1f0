using Etcd;
using Mesos.Scheduler;
using Microsoft.Extensions.Logging;

namespace Reconciler.Control;

/// <summary>The edges of the world that the control plane stands on; a simulation brings its own.</summary>
public sealed record ControlPlaneEdges
{
    public required IEtcd Etcd { get; init; }
    public required IMesosScheduler Mesos { get; init; }
    public required TimeProvider Time { get; init; }
    public required Random Random { get; init; }
    public required ILoggerFactory Logs { get; init; }
}

/// <summary>
/// A reconciler's whole control loop: campaigns, and while it leads, plans and places. Runs on one loop
/// (<see cref="Loops.EventLoop"/>, or a simulation's) until cancelled; cancelled, it hands over in order.
/// </summary>
public sealed class ControlPlane(ControlPlaneEdges edges, ControlPlaneOptions options)
{
    public Task RunAsync(CancellationToken cancellation) => throw new NotImplementedException($"{edges} {options} {cancellation}");
}
