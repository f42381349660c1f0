using Etcd;
using Mesos.V1;
using Microsoft.Extensions.Logging;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Status;
using Reconciler.Scheduling;
using Reconciler.State;
using Reconciler.Store;
using TaskStatus = Mesos.V1.TaskStatus;

namespace Reconciler.Controllers;

/// <summary>
/// Takes in what Mesos says of tasks: stored first, then acknowledged. An update that could not be stored is kept and tried again;
/// Mesos sends what is not acknowledged again, too.
/// </summary>
public sealed class TaskUpdates(
    ClusterState state, KeyLayout keys, PodController pods, NodeController nodes, KillQueue kills, Reconciliation reconciliation,
    TimeProvider time, ILogger logger)
{
    /// <summary>A task that Mesos says it does not know may still run for as long as its agent has not come back.</summary>
    private static readonly TimeSpan UnknownTaskGrace = TimeSpan.FromMinutes(10);

    private readonly LinkedList<TaskStatus> _waiting = new();

    public bool Any => _waiting.Count > 0;

    public void Add(TaskStatus status) => _waiting.AddLast(status);

    /// <summary>A new subscription brings again what is not acknowledged: what waits here is older than that.</summary>
    public void Clear() => _waiting.Clear();

    /// <summary>Stores all that waits, one update of a task at a time, and acknowledges what is stored.</summary>
    public async Task StoreAsync(FencedStore store, MesosCalls calls, CancellationToken cancellation)
    {
        while (true)
        {
            var (changes, stored) = TakeBatch();
            var before = _waiting.Count;
            // A node's own update may say the same already, and a transaction puts a key only once.
            changes.AddRange(nodes.TakeLost().Where(lost => !changes.Exists(c => c.Then[0].Key == lost.Then[0].Key)));
            if (changes.Count == 0 && stored.Count == 0)
                return;
            try
            {
                await store.CommitAsync(changes, cancellation);
            }
            catch (EtcdException)
            {
                // What was stored is acknowledged, even where something else could not be.
                await AcknowledgeAsync(stored, calls, cancellation);
                throw;
            }
            await AcknowledgeAsync(stored, calls, cancellation);
            if (_waiting.Count > before)
                return; // Something was refused: its keys are read again before the next try.
        }
    }

    private static async Task AcknowledgeAsync(IEnumerable<TaskStatus> stored, MesosCalls calls, CancellationToken cancellation)
    {
        foreach (var status in stored.Where(s => s.HasUuid))
            await calls.AcknowledgeAsync(status, cancellation);
    }

    /// <summary>The keys of what it is about have to be read again first.</summary>
    private bool IsDoubtful(string taskId) =>
        TaskIds.PodOf(taskId) is var (key, _) && state.Pods.TryGetValue(key, out var pod) && pod.Doubtful;

    /// <summary>The framework is gone, and with it every task: each ends as one whose agent is gone.</summary>
    public async Task WriteOffAsync(FencedStore store, MesosCalls calls, CancellationToken cancellation)
    {
        _waiting.Clear();
        foreach (var (taskId, agentId) in state.LiveAssignments.Select(a => (a.TaskId, a.AgentId))
            .Concat(state.Nodes.Values.Select(n => n.Live).OfType<NodeAssignment>().Select(n => (n.TaskId, n.AgentId))).ToList())
        {
            Add(new TaskStatus
            {
                TaskId = new TaskID { Value = taskId },
                AgentId = new AgentID { Value = agentId },
                State = TaskState.TaskGone,
                Message = "the framework was removed",
            });
        }
        await StoreAsync(store, calls, cancellation);
    }

    private (List<Change> Changes, List<TaskStatus> Stored) TakeBatch()
    {
        var changes = new List<Change>();
        var stored = new List<TaskStatus>();
        var tasks = new HashSet<string>();
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            var status = node.Value;
            if (tasks.Add(status.TaskId.Value) && !IsDoubtful(status.TaskId.Value))
            {
                _waiting.Remove(node);
                reconciliation.Answered(status.TaskId.Value);
                if (Interpret(status) is { } change)
                {
                    changes.Add(change with
                    {
                        Applied = revision =>
                        {
                            change.Applied(revision);
                            stored.Add(status);
                        },
                        Doubtful = () =>
                        {
                            change.Doubtful();
                            _waiting.AddFirst(status);
                        },
                    });
                }
                else
                {
                    stored.Add(status);
                }
            }
            node = next;
        }
        return (changes, stored);
    }

    /// <summary>What is to be written; null where there is nothing to write.</summary>
    private Change? Interpret(TaskStatus status)
    {
        var report = Report(status);
        Log.TaskSaid(logger, status.TaskId.Value, report.State, report.Reason ?? "", report.Message ?? "");
        if (TaskIds.IsNode(status.TaskId.Value))
            return nodes.Interpret(status.TaskId.Value, status.AgentId?.Value, report);
        if (TaskIds.PodOf(status.TaskId.Value) is not var (key, uid)
            || !state.Pods.TryGetValue(key, out var pod)
            || pod.AssignmentOf(uid) is not { Value: { } assignment } live)
        {
            Stray(status, report);
            return null;
        }
        var told = status.HasData ? ModelJson.ReadPodStatus(status.Data.Span) : null;
        switch (PodEndings.Outlook(report.State))
        {
            case TaskOutlook.Alive:
                pod.UnknownSince = null;
                return Alive(pod, live, assignment with { Report = report, Status = told ?? assignment.Status });
            case TaskOutlook.Unreachable:
                return Unreachable(pod, live, assignment with { Report = report });
            case TaskOutlook.Unknown:
                pod.UnknownSince ??= time.GetUtcNow();
                if (time.GetUtcNow() - pod.UnknownSince < UnknownTaskGrace)
                {
                    reconciliation.Ask(assignment.TaskId, assignment.AgentId, TimeSpan.FromMinutes(1));
                    return null;
                }
                return Ended(pod, live, assignment, report, told);
            default:
                if (report.Reason is "REASON_EXECUTOR_TERMINATED" or "REASON_EXECUTOR_UNREGISTERED" or "REASON_EXECUTOR_REREGISTRATION_TIMEOUT"
                    or "REASON_CONTAINER_LIMITATION_MEMORY" or "REASON_EXECUTOR_REGISTRATION_TIMEOUT")
                {
                    nodes.ExecutorLost(assignment.AgentId, assignment.ExecutorId, report.Message ?? report.Reason);
                }
                return Ended(pod, live, assignment, report, told);
        }
    }

    private Change? Alive(PodRecord pod, Versioned<Assignment> live, Assignment updated)
    {
        var cameBack = pod.Owner.Value is { Writer: StatusWriter.Leader } owner && owner.Uid == updated.Uid;
        if (!cameBack && SameAsStored(live.Value!, updated))
            return null;
        if (!cameBack)
            return Put(pod, live, updated, null, null);
        var current = pod.Status.Value ?? new PodStatus();
        return Put(pod, live, updated, new PodOwner(updated.Uid, StatusWriter.Agent),
            updated.Status is { } last ? current.WithAgentPart(last) : current with { Phase = PodPhase.Pending, Reason = null, Message = null });
    }

    private Change? Unreachable(PodRecord pod, Versioned<Assignment> live, Assignment updated) =>
        pod.Owner.Value is { Writer: StatusWriter.Leader } && SameAsStored(live.Value!, updated)
            ? null
            : Put(pod, live, updated, new PodOwner(updated.Uid, StatusWriter.Leader),
                PodEndings.Unreachable(pod.Status.Value ?? new PodStatus(), updated.Report!, time.GetUtcNow()));

    private Change Put(PodRecord pod, Versioned<Assignment> live, Assignment updated, PodOwner? owner, PodStatus? status)
    {
        var key = keys.Assignment(pod.Key, updated.Uid);
        var then = new List<Op> { Op.Put(key, ModelJson.Write(updated)) };
        if (owner is not null)
            then.Add(Op.Put(keys.Owner(pod.Key), PodController.OwnerValue(owner)));
        if (status is not null)
            then.Add(Op.Put(keys.PodStatus(pod.Key), ModelJson.Write(status)));
        return new Change
        {
            What = $"report of {pod.Key}",
            If = [Compare.ModRevision(key, live.ModRevision)],
            Then = then,
            Applied = revision =>
            {
                live.Update(updated, revision);
                if (owner is not null)
                    pod.Owner.Update(owner, revision);
                if (status is not null)
                    pod.Status.Update(status, revision);
            },
            Doubtful = () => pods.Doubt(pod),
        };
    }

    /// <summary>The end is stored in the transaction that frees the assignment: after it, no agent's write is taken any more.</summary>
    private Change Ended(PodRecord pod, Versioned<Assignment> live, Assignment assignment, TaskReport report, PodStatus? told)
    {
        var now = time.GetUtcNow();
        var key = keys.Assignment(pod.Key, assignment.Uid);
        var wanted = pod.Spec.Value is not null;
        var status = wanted ? PodEndings.Ended(pod.Status.Value ?? new PodStatus(), assignment, report, told ?? assignment.Status, now) : null;
        var owner = wanted ? new PodOwner(assignment.Uid, StatusWriter.Leader) : null;
        return new Change
        {
            What = $"end of {assignment.TaskId}",
            If = [Compare.ModRevision(key, live.ModRevision)],
            Then = [
                Op.Delete(key),
                status is null ? Op.Delete(keys.PodStatus(pod.Key)) : Op.Put(keys.PodStatus(pod.Key), ModelJson.Write(status)),
                owner is null ? Op.Delete(keys.Owner(pod.Key)) : Op.Put(keys.Owner(pod.Key), PodController.OwnerValue(owner))],
            Applied = revision =>
            {
                live.Update(null, revision);
                pod.Status.Update(status, revision);
                pod.Owner.Update(owner, revision);
                pod.UnknownSince = null;
                kills.Ended(assignment.TaskId);
                LaunchBackoff.AfterEnd(pod, assignment, status, now);
                state.MarkDirty(pod.Key);
            },
            Doubtful = () => pods.Doubt(pod),
        };
    }

    /// <summary>
    /// A task without an intent. All intents are loaded before Mesos is listened to, so a pod that has another incarnation now has
    /// one copy too many; of a pod that nobody wants, nothing is known, and nothing is killed on mere absence.
    /// </summary>
    private void Stray(TaskStatus status, TaskReport report)
    {
        if (PodEndings.Outlook(report.State) is not TaskOutlook.Alive)
        {
            kills.Ended(status.TaskId.Value);
            return;
        }
        var surplus = TaskIds.PodOf(status.TaskId.Value) is var (key, _) && state.Pods.TryGetValue(key, out var pod) && pod.Spec.Value is not null;
        Log.Stray(logger, status.TaskId.Value, report.State, surplus ? "a copy too many, and killed" : "kept");
        if (surplus)
            kills.Want(new Kill(status.TaskId.Value, status.AgentId?.Value ?? "", null));
    }

    private static bool SameAsStored(Assignment stored, Assignment updated) =>
        stored.Report is { } report
        && report with { At = null } == updated.Report! with { At = null }
        && ModelJson.Write(stored with { Report = null }).AsSpan().SequenceEqual(ModelJson.Write(updated with { Report = null }));

    private static TaskReport Report(TaskStatus status) => new()
    {
        State = MesosWords.Of(status.State),
        Source = status.HasSource ? MesosWords.Of(status.Source) : null,
        Reason = status.HasReason ? MesosWords.Of(status.Reason) : null,
        Message = status.HasMessage ? status.Message : null,
        // It is the executor's word: a number that is no time is left out.
        At = status is { HasTimestamp: true, Timestamp: >= 0 and < 250_000_000_000 and var seconds } ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null,
    };
}
