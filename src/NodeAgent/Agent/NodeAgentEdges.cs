using Docker;
using Etcd;
using Mesos.Executor;
using Microsoft.Extensions.Logging;

namespace NodeAgent.Agent;

/// <summary>The edges of the world that a node agent stands on; a simulation brings its own.</summary>
public sealed record NodeAgentEdges
{
    public required IMesosExecutor Mesos { get; init; }
    public required IDockerEngine Docker { get; init; }
    /// <summary>Null where the agent was told of no etcd: then it reports through Mesos alone.</summary>
    public required IEtcd? Etcd { get; init; }
    /// <summary>Whether a run of an executor of this machine is dead: its lock is free.</summary>
    public required IRunLocks Locks { get; init; }
    public required TimeProvider Time { get; init; }
    public required Random Random { get; init; }
    public required ILoggerFactory Logs { get; init; }
}
