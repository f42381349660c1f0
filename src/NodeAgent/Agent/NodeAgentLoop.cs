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

/// <summary>
/// One file for each executor run of this machine, locked (flock) while the run lives; the kernel frees it however the run ends.
/// </summary>
public interface IRunLocks
{
    /// <summary>A random id of this machine, made once; it outlives Mesos' agent ids.</summary>
    string HostId { get; }

    /// <summary>Holds this run's lock until this process ends.</summary>
    void Hold(string run);

    /// <summary>True where no process holds the run's lock, or there is none.</summary>
    bool IsDead(string run);
}

/// <summary>What an agent is told by its environment and its executor.</summary>
public sealed record NodeAgentOptions
{
    public required string FrameworkId { get; init; }
    public required string ExecutorId { get; init; }
    /// <summary>Mesos' container id of this executor: the run.</summary>
    public required string Run { get; init; }
    public string Prefix { get; init; } = Model.Keys.KeyLayout.DefaultPrefix;
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(15);
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(300);
    public TimeSpan NodeTtl { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Containers younger than this are never called orphans: a create may still be on its way to its record.</summary>
    public TimeSpan OrphanGracePeriod { get; init; } = TimeSpan.FromSeconds(10);
    public string Version { get; init; } = "";
}

/// <summary>
/// The node agent: turns the tasks it is given into containers, and tells Mesos and etcd what became of them. Runs on one loop
/// until it is shut down (0), given up by its agent (1), or cancelled.
/// </summary>
public sealed class NodeAgentLoop(NodeAgentEdges edges, NodeAgentOptions options)
{
    public Task<int> RunAsync(CancellationToken cancellation) =>
        throw new NotImplementedException($"{edges} {options} {cancellation}");
}
