using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using Simulation.Cluster;
using Simulation.Engine;

namespace Simulation.Checks;

/// <summary>What must be so once faults have stopped and nobody changes a spec any more (3, 6, 9, 10).</summary>
public sealed class Convergence(SimCluster cluster)
{
    private readonly KeyLayout _keys = cluster.Keys;

    /// <summary>What is not yet as it should be; null: desired and observed are equal.</summary>
    public string? NotYet()
    {
        foreach (var pod in AllPods())
        {
            if (NotYet(pod) is { } why)
                return $"{pod}: {why}";
        }
        if (cluster.Machines.SelectMany(m => m.Docker.Containers).FirstOrDefault(c => PodOf(c) is null) is { } stranger)
            return $"container {stranger.Name} belongs to no pod";
        return null;
    }

    private SortedSet<PodKey> AllPods()
    {
        var store = cluster.Etcd.Store;
        var pods = new SortedSet<PodKey>(cluster.Checks.Wishes.Keys);
        foreach (var kv in store.PeekPrefix(_keys.Prefix + "/"))
        {
            var pod = _keys.AssignmentOf(kv.Key)?.Pod
                ?? KeyLayout.PodOf(kv.Key, _keys.PodStatuses) ?? KeyLayout.PodOf(kv.Key, _keys.Owners) ?? KeyLayout.PodOf(kv.Key, _keys.PodSpecs);
            if (pod is { } found)
                pods.Add(found);
        }
        foreach (var container in cluster.Machines.SelectMany(m => m.Docker.Containers))
            if (PodOf(container) is { } found)
                pods.Add(found);
        return pods;
    }

    private string? NotYet(PodKey pod)
    {
        var store = cluster.Etcd.Store;
        var assignments = store.PeekPrefix(_keys.AssignmentsOf(pod));
        var containers = cluster.Machines.SelectMany(m => m.Docker.Containers).Where(c => PodOf(c) == pod).ToList();
        var status = store.Peek(_keys.PodStatus(pod));
        if (!cluster.Checks.Wishes.TryGetValue(pod, out var wish))
        {
            return assignments.Count > 0 ? "is not wanted, and has an assignment"
                : containers.Count > 0 ? $"is not wanted, and has the container {containers[0].Name}"
                : status is not null ? "is not wanted, and has a status"
                : store.Peek(_keys.Owner(pod)) is not null ? "is not wanted, and has an owner"
                : null;
        }
        if (status is null)
            return "has no status";
        var told = ModelJson.ReadPodStatus(status.Value.Span)!;
        var spec = store.Peek(_keys.PodSpec(pod))!;
        if (told.ObservedRevision != spec.ModRevision)
            return $"its status answers r{told.ObservedRevision}, its spec is r{spec.ModRevision}";
        if (Answer(wish, told) is { } wrong)
            return wrong;
        if (containers.FirstOrDefault(c => assignments.All(a => !a.Key.EndsWith("/" + c.Config.Labels[ContainerLabels.Uid], StringComparison.Ordinal))) is { } orphan)
            return $"container {orphan.Name} belongs to no live assignment";
        if (!wish.Valid)
        {
            // What runs goes on running; but nothing is begun for a spec that was superseded before anybody saw it, or that is now bad.
            return wish.Accepted is null && assignments.Count > 0 ? "was never accepted, and has an assignment"
                : assignments.Count > 1 ? "has several assignments"
                : assignments.Any(a => ModelJson.ReadAssignment(a.Value.Span)!.SpecCreateRevision != spec.CreateRevision)
                    ? "runs for a spec that was deleted" : null;
        }
        return Fate(wish.Accepted!, told, [.. assignments.Select(a => ModelJson.ReadAssignment(a.Value.Span)!)], [.. containers.Where(c => c.IsRunning)]);
    }

    private static string? Answer(PodWish wish, PodStatus told)
    {
        var accepted = told.Conditions.Find(ConditionTypes.Accepted)?.Status;
        if (wish.Valid)
            return accepted == ConditionStatus.True ? null : $"is valid, and Accepted is {accepted}";
        if (accepted != ConditionStatus.False)
            return $"is invalid, and Accepted is {accepted}";
        return told.Faults.Count > 0 ? null : "is invalid, and no fault is told";
    }

    private string? Fate(AcceptedWish wish, PodStatus told, List<Assignment> assignments, List<SimContainer> running)
    {
        switch (wish.Fate)
        {
            case PodFate.Runs:
                if (told.Phase != PodPhase.Running)
                    return $"is {told.Phase} ({told.Reason}: {told.Message}), not Running";
                if (assignments is not [{ Stop: null } live])
                    return $"has {assignments.Count} assignments, stopping {assignments.Count(a => a.Stop is not null)}";
                var own = running.Where(c => c.Marker() is not null).ToList();
                if (own.Count != wish.Containers || own.Any(c => c.Marker() != wish.Marker))
                    return $"runs {own.Count} containers with markers {string.Join(",", own.Select(c => c.Marker()))}; wanted are {wish.Containers} with {wish.Marker}";
                return live.Report?.State == "TASK_RUNNING" ? null : $"its assignment says {live.Report?.State}";
            case PodFate.Succeeds or PodFate.Fails:
                var phase = wish.Fate == PodFate.Succeeds ? PodPhase.Succeeded : PodPhase.Failed;
                // What is never started again has failed where its machine failed.
                var lost = cluster.Checks.MachinesWereHarmed && told.Phase == PodPhase.Failed;
                return told.Phase != phase && !lost ? $"is {told.Phase} ({told.Reason}: {told.Message}), not {phase}"
                    : assignments.Count > 0 ? "has ended, and has an assignment"
                    : running.Count > 0 ? "has ended, and something runs" : null;
            case PodFate.FitsNowhere:
                return assignments.Count > 0 ? "fits nowhere, and has an assignment"
                    : told.Conditions.Find(ConditionTypes.Scheduled)?.Status == ConditionStatus.False ? null : "fits nowhere, and does not say so";
            default:
                return null;
        }
    }

    private static PodKey? PodOf(SimContainer container) =>
        container.Config.Labels.TryGetValue(ContainerLabels.Namespace, out var ns) && container.Config.Labels.TryGetValue(ContainerLabels.Pod, out var name)
            ? new PodKey(ns, name)
            : null;
}
