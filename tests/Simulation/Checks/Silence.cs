using Simulation.Cluster;

namespace Simulation.Checks;

/// <summary>9, the second half: where all is as wanted, nobody does anything but show that it is alive.</summary>
public sealed class Silence(SimCluster cluster)
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        // A lease that is kept, a history that is kept short.
        "etcd keep-alive", "etcd compact",
        // Asked anew from time to time, because watches are hints; it changes nothing.
        "etcd range", "etcd read",
        // Mesos' own advice: implicit reconciliation every 15 minutes or so.
        "mesos RECONCILE",
        "docker list", "docker inspect", "docker events",
    };

    private Dictionary<string, int> _before = [];
    private long _revision;

    public void Begin()
    {
        _before = Calls();
        _revision = cluster.Etcd.Store.Revision;
    }

    /// <summary>What was done since the beginning that was for nothing; null: silence.</summary>
    public string? Broken()
    {
        if (cluster.Etcd.Store.Revision != _revision)
            return $"etcd went from r{_revision} to r{cluster.Etcd.Store.Revision}";
        var calls = Calls().Where(c => !Allowed.Contains(c.Key[(c.Key.IndexOf(' ', StringComparison.Ordinal) + 1)..])
            && c.Value > _before.GetValueOrDefault(c.Key)).ToList();
        return calls.Count == 0 ? null : string.Join(", ", calls.Select(c => $"{c.Value - _before.GetValueOrDefault(c.Key)} × {c.Key}"));
    }

    private Dictionary<string, int> Calls()
    {
        var calls = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var reconciler in cluster.Reconcilers.Where(r => r.IsAlive))
        {
            Add(reconciler.Process!.Name, "etcd", reconciler.Etcd!.CallsByKind);
            Add(reconciler.Process.Name, "mesos", reconciler.Mesos!.CallsByKind);
        }
        foreach (var agent in cluster.NodeAgents)
        {
            Add(agent.Process.Name, "etcd", agent.Etcd.CallsByKind);
            Add(agent.Process.Name, "agent", agent.Mesos.CallsByKind);
            Add(agent.Process.Name, "docker", agent.Docker.CallsByKind);
        }
        return calls;

        void Add(string who, string what, IReadOnlyDictionary<string, int> made)
        {
            foreach (var (kind, count) in made)
                calls[$"{who} {what} {kind}"] = count;
        }
    }
}
