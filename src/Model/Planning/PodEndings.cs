using Model.Assignments;
using Model.Pods;
using Model.Status;

namespace Model.Planning;

/// <summary>What Mesos' words mean for a pod.</summary>
public enum TaskOutlook
{
    /// <summary>Launched and not ended, as far as anybody knows.</summary>
    Alive,
    /// <summary>Its agent is away; it may come back with the task.</summary>
    Unreachable,
    /// <summary>Mesos does not know it: right after a change of master that proves nothing.</summary>
    Unknown,
    /// <summary>It does not run and will not.</summary>
    Ended,
}

/// <summary>How the end of an incarnation shows in the pod's status, and what it means for the next.</summary>
public static class PodEndings
{
    public static TaskOutlook Outlook(string taskState) => taskState switch
    {
        "TASK_STAGING" or "TASK_STARTING" or "TASK_RUNNING" or "TASK_KILLING" => TaskOutlook.Alive,
        "TASK_UNREACHABLE" => TaskOutlook.Unreachable,
        "TASK_UNKNOWN" => TaskOutlook.Unknown,
        "TASK_FINISHED" or "TASK_FAILED" or "TASK_KILLED" or "TASK_ERROR" or "TASK_LOST" or "TASK_DROPPED" or "TASK_GONE"
            or "TASK_GONE_BY_OPERATOR" => TaskOutlook.Ended,
        // A state that a later Mesos invents ends nothing.
        _ => TaskOutlook.Alive,
    };

    /// <summary>
    /// The status after the end. A pod that ended by itself is Succeeded or Failed, as its agent says. One that was stopped, or
    /// whose executor, agent or launch failed, is Pending again; unless it had begun and must never be started twice.
    /// </summary>
    /// <param name="current">What stands in etcd: the leader's part is taken from it.</param>
    /// <param name="last">The newest that the agent told, where it told anything.</param>
    public static PodStatus Ended(PodStatus current, Assignment assignment, TaskReport report, PodStatus? last, DateTimeOffset now)
    {
        var told = OfIncarnation(last is null ? current : current.WithAgentPart(last), assignment);
        if (assignment.Stop is null && last is { Phase: PodPhase.Succeeded or PodPhase.Failed })
            return told;
        var (reason, message) = assignment.Stop is { } stop
            ? (stop.Reason, stop.Message)
            : (Reason(report), report.Message);
        var again = assignment.Stop is not null || assignment.Spec.RestartPolicy != RestartPolicy.Never || !HadBegun(assignment);
        return told with
        {
            Phase = again ? PodPhase.Pending : PodPhase.Failed,
            Reason = reason,
            Message = message,
            Conditions = [.. told.Conditions.Select(c => IsOfTheRun(c) && c.Status != ConditionStatus.False
                ? c with { Status = ConditionStatus.False, Reason = reason, Message = null, LastTransitionTime = now }
                : c)],
            PodIP = null,
            Ports = [],
            ContainerStatuses = again ? [] : told.ContainerStatuses,
        };
    }

    /// <summary>The agent is away: what it last told stands, but nobody knows whether it is so.</summary>
    public static PodStatus Unreachable(PodStatus current, TaskReport report, DateTimeOffset now) => current with
    {
        Phase = PodPhase.Unknown,
        Reason = "Unreachable",
        Message = report.Message,
        Conditions = current.Conditions.With(new Condition
        {
            Type = ConditionTypes.Ready,
            Status = ConditionStatus.Unknown,
            Reason = "Unreachable",
            LastTransitionTime = now,
        }),
    };

    /// <summary>
    /// Whose status it is, is known from the assignment: where somebody deleted the status key, the next attempt must be
    /// counted all the same, for a uid is never used twice.
    /// </summary>
    internal static PodStatus OfIncarnation(PodStatus status, Assignment assignment) => status with
    {
        HostIP = assignment.HostIP,
        AgentId = assignment.AgentId,
        TaskId = assignment.TaskId,
        Uid = assignment.Uid,
        Attempt = assignment.Attempt,
        SpecHash = assignment.SpecHash,
    };

    private static bool HadBegun(Assignment assignment) =>
        assignment.Report is { State: not "TASK_STAGING" } || assignment.Status is not null;

    /// <summary>`REASON_EXECUTOR_TERMINATED` → `ExecutorTerminated`, `TASK_GONE` → `Gone`: one word, as conditions have it.</summary>
    private static string Reason(TaskReport report)
    {
        var text = report.Reason is { } reason and not "REASON_RECONCILIATION" ? reason["REASON_".Length..] : report.State["TASK_".Length..];
        return string.Concat(text.Split('_').Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
    }

    private static bool IsOfTheRun(Condition condition) => condition.Type is ConditionTypes.Initialized
        or ConditionTypes.ContainersReady or ConditionTypes.Ready or ConditionTypes.Scheduled;
}
