using NodeAgent.Agent;
using Simulation.Engine;
using Simulation.World;

namespace Simulation.Cluster;

/// <summary>One machine: its Docker Engine and its lock files, which outlive every process on it.</summary>
public sealed class SimMachine
{
    private readonly Dictionary<string, SimProcess> _holders = new(StringComparer.Ordinal);

    public SimMachine(SimWorld world, int number)
    {
        Docker = new DockerModel(world, $"docker-{number}");
        HostId = $"host-{number}";
        Docker.AddImage("app:1");
    }

    public DockerModel Docker { get; }
    public string HostId { get; }

    /// <summary>The node agents that live here now; one, but for the moments in which one follows another.</summary>
    public List<SimNodeAgent> Agents { get; } = [];

    /// <summary>Whether somebody else than this process lives under the run.</summary>
    public bool IsAnothersRun(string run, SimProcess process) =>
        _holders.TryGetValue(run, out var holder) && holder.IsAlive && holder != process;

    public IRunLocks LocksOf(SimProcess process) => new RunLocks(this, process);

    private sealed class RunLocks(SimMachine machine, SimProcess process) : IRunLocks
    {
        public string HostId => machine.HostId;

        public void Hold(string run) => machine._holders[run] = process;

        public bool IsDead(string run) => !machine._holders.TryGetValue(run, out var holder) || !holder.IsAlive;
    }
}

/// <summary>One run of a node agent, with its ways out.</summary>
public sealed record SimNodeAgent(SimProcess Process, SimExecutor Mesos, SimDocker Docker, Store.SimEtcd Etcd);
