using Model.Keys;
using NodeAgent.Agent;
using Reconciler.Control;

namespace Simulation.PlantedBugs;

/// <summary>
/// Mistakes that the product could make, made by wrappers around its edges: a check that has never failed proves nothing.
/// </summary>
public sealed record Bugs
{
    public static readonly Bugs None = new();

    /// <summary>Writes do not compare the leader key.</summary>
    public bool UnfencedWrites { get; init; }
    /// <summary>An update is acknowledged before it is stored.</summary>
    public bool AcknowledgesFirst { get; init; }
    /// <summary>Answers to reconciliation are not heard.</summary>
    public bool DeafToReconciliation { get; init; }
    /// <summary>A run that lives is called dead: its containers are swept.</summary>
    public bool SweepIgnoresLocks { get; init; }
    /// <summary>A run that is dead is called alive: its containers stay.</summary>
    public bool NeverSweeps { get; init; }
    /// <summary>The first KILL of each task is thought to have worked.</summary>
    public bool KillsOnce { get; init; }

    internal ControlPlaneEdges Plant(ControlPlaneEdges edges, KeyLayout keys)
    {
        if (UnfencedWrites)
            edges = edges with { Etcd = new UnfencedEtcd(edges.Etcd, keys.Leader) };
        if (AcknowledgesFirst || DeafToReconciliation || KillsOnce)
            edges = edges with { Mesos = new FaultyScheduler(edges.Mesos, this) };
        return edges;
    }

    internal NodeAgentEdges Plant(NodeAgentEdges edges) => SweepIgnoresLocks || NeverSweeps
        ? edges with { Locks = new LyingLocks(edges.Locks, isDead: SweepIgnoresLocks) }
        : edges;

    private sealed class LyingLocks(IRunLocks locks, bool isDead) : IRunLocks
    {
        public string HostId => locks.HostId;

        public void Hold(string run) => locks.Hold(run);

        public bool IsDead(string run) => isDead;
    }
}
