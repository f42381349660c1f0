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
        "mesos Reconcile",
        "docker list", "docker inspect", "docker events",
    };

    // A pod that fits nowhere waits for an offer: the filters are taken off now and then, and what comes is declined.
    private static readonly HashSet<string> AllowedWhilePending = new(StringComparer.Ordinal) { "mesos Revive", "mesos Decline" };

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
        var pending = cluster.Checks.Wishes.Values.Any(w => w.Accepted?.Fate == PodFate.FitsNowhere);
        var calls = Calls().Where(c => !MayBeMade(c.Key[(c.Key.IndexOf(' ', StringComparison.Ordinal) + 1)..], pending)
            && c.Value > _before.GetValueOrDefault(c.Key)).ToList();
        return calls.Count == 0 ? null : string.Join(", ", calls.Select(c => $"{c.Value - _before.GetValueOrDefault(c.Key)} × {c.Key}"));
    }

    private static bool MayBeMade(string call, bool pending) => Allowed.Contains(call) || (pending && AllowedWhilePending.Contains(call));

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
