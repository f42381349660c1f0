using Etcd;
using Microsoft.Extensions.Logging;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Reconciler.Scheduling;
using Reconciler.State;
using Reconciler.Store;

namespace Reconciler.Controllers;

/// <summary>
/// Keeps one node task on every machine that offers resources: it keeps the executor alive, so that a pod's start never waits for a
/// process to start. When an executor is lost, its id is dead for ever: the next one has the next generation.
/// </summary>
public sealed class NodeController(
    ClusterState state, KeyLayout keys, AgentExecutor executor, PendingPods pending, Reconciliation reconciliation, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan UnknownTaskGrace = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _lost = [];

    /// <summary>The node task that new pods go to; null where one has to be placed first.</summary>
    public NodeAssignment? Current(string agentId) =>
        state.Nodes.TryGetValue(agentId, out var node) && node.Live is { } live && live.ExecutorId == executor.IdOf(live.Generation) && !_lost.Contains(agentId)
            ? live
            : null;

    /// <summary>The node task to place on a machine that has none; null where its last ones failed and it has to wait.</summary>
    public NodeAssignment? Next(AgentOffer offer)
    {
        var node = state.Node(offer.AgentId);
        var now = time.GetUtcNow();
        if (node.Doubtful || node.NotBefore > now || _lost.Contains(offer.AgentId))
            return null;
        var generation = (node.Assignment.Value?.Generation ?? 0) + 1;
        return new NodeAssignment
        {
            AgentId = offer.AgentId,
            Hostname = offer.Hostname,
            Generation = generation,
            ExecutorId = executor.IdOf(generation),
            TaskId = TaskIds.OfNode(offer.AgentId, generation),
            CreatedAt = now,
        };
    }

    public Change Place(NodeAssignment placed, Action applied)
    {
        var node = state.Node(placed.AgentId);
        return Put(node, placed, applied);
    }

    /// <summary>What an update of a node task changes; null where nothing.</summary>
    public Change? Interpret(string taskId, string? agentId, TaskReport report)
    {
        var node = state.Nodes.Values.FirstOrDefault(n => n.Assignment.Value?.TaskId == taskId);
        if (node?.Live is not { } live)
        {
            if (PodEndings.Outlook(report.State) is TaskOutlook.Alive && node is null)
                Log.Stray(logger, taskId, report.State, $"kept (on {agentId})");
            return null;
        }
        switch (PodEndings.Outlook(report.State))
        {
            case TaskOutlook.Ended:
                return Lost(node, live, report);
            case TaskOutlook.Unknown:
                node.UnknownSince ??= time.GetUtcNow();
                if (time.GetUtcNow() - node.UnknownSince >= UnknownTaskGrace)
                    return Lost(node, live, report);
                reconciliation.Ask(taskId, live.AgentId, TimeSpan.FromMinutes(1));
                return null;
            default:
                node.UnknownSince = null;
                return live.Report?.State == report.State ? null : Put(node, live with { Report = report }, null);
        }
    }

    /// <summary>
    /// An executor died, or may have: its pods are asked after. Its id is not used for new pods from now on.
    /// </summary>
    public void ExecutorLost(string agentId, string executorId, string why)
    {
        if (state.Nodes.TryGetValue(agentId, out var node) && node.Live?.ExecutorId == executorId && _lost.Add(agentId))
        {
            Log.ExecutorLost(logger, agentId, executorId, why);
            reconciliation.Ask(node.Live.TaskId, agentId, TimeSpan.FromSeconds(5));
            foreach (var pod in state.LiveAssignments.Where(a => a.AgentId == agentId && a.ExecutorId == executorId).ToList())
                reconciliation.Ask(pod.TaskId, agentId, TimeSpan.FromSeconds(5));
            pending.Need();
        }
    }

    /// <summary>The writes for the executors found lost since the last time.</summary>
    public IReadOnlyList<Change> TakeLost()
    {
        var changes = new List<Change>();
        foreach (var agentId in _lost.ToList())
        {
            var node = state.Node(agentId);
            if (node.Live is not { } live)
                _lost.Remove(agentId);
            else if (!node.Doubtful)
                changes.Add(Lost(node, live, live.Report));
        }
        return changes;
    }

    public async Task ReadDoubtfulAsync(IEtcd etcd, CancellationToken cancellation)
    {
        foreach (var node in state.Nodes.Values.Where(n => n.Doubtful).ToList())
        {
            var read = await etcd.RangeAsync(new RangeQuery { Key = keys.NodeAssignment(node.AgentId) }, cancellation);
            if (read.KeyValues is [var kv, ..])
                state.Apply(kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision);
            else
                node.Assignment.Update(null, read.Revision);
            node.Doubtful = false;
            // Its write had no answer, and so it was not launched: Mesos will say that it does not know it.
            if (node.Live is { Report: null } live)
                reconciliation.AskUnlessAsked(live.TaskId, node.AgentId, PlacementController.LaunchAnswer);
        }
    }

    /// <summary>The earliest time at which a machine that had to wait may have its node task again.</summary>
    public DateTimeOffset? NextDue => state.Nodes.Values
        .Where(n => n.Live is null && n.NotBefore is not null).Select(n => n.NotBefore).Min();

    /// <summary>Machines whose wait is over: they need offers.</summary>
    public bool TakeDue()
    {
        var now = time.GetUtcNow();
        var due = state.Nodes.Values.Where(n => n.Live is null && n.NotBefore <= now).ToList();
        foreach (var node in due)
            node.NotBefore = null;
        return due.Count > 0;
    }

    private Change Lost(NodeRecord node, NodeAssignment live, TaskReport? report)
    {
        return Put(node, live with { Lost = true, Report = report }, () =>
        {
            _lost.Remove(node.AgentId);
            node.UnknownSince = null;
            LaunchBackoff.AfterEnd(node, live, time.GetUtcNow());
            pending.Need();
        });
    }

    private Change Put(NodeRecord node, NodeAssignment updated, Action? applied)
    {
        var key = keys.NodeAssignment(node.AgentId);
        return new Change
        {
            What = $"node task of {updated.Hostname}",
            If = [Compare.ModRevision(key, node.Assignment.ModRevision)],
            Then = [Op.Put(key, ModelJson.Write(updated))],
            Applied = revision =>
            {
                node.Assignment.Update(updated, revision);
                applied?.Invoke();
            },
            Doubtful = () =>
            {
                node.Doubtful = true;
                state.Changed();
            },
        };
    }
}
