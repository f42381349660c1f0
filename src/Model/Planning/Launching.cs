using Model.Assignments;
using Model.Status;

namespace Model.Planning;

/// <summary>What is written when a pod has found its machine: the intent, and the status that tells of it.</summary>
public static class Launching
{
    public static Assignment Assign(
        PlacementResult.Placed placed, SpecView spec, int attempt, string hostname, string hostIP, string executorId, DateTimeOffset now) => new()
        {
            Namespace = placed.Pod.Key.Namespace,
            Name = placed.Pod.Key.Name,
            Uid = placed.Pod.Uid,
            Attempt = attempt,
            SpecCreateRevision = spec.CreateRevision,
            SpecRevision = spec.ModRevision,
            SpecHash = spec.Hash!,
            Spec = placed.Pod.Spec,
            Labels = spec.Pod!.Metadata.Labels,
            AgentId = placed.AgentId,
            Hostname = hostname,
            HostIP = hostIP,
            ExecutorId = executorId,
            Ports = placed.Ports,
            CpuMilli = PodDemand.CpuMilli(placed.Pod.Spec),
            MemoryBytes = PodDemand.MemoryBytes(placed.Pod.Spec),
            CreatedAt = now,
        };

    /// <summary>The status of a new incarnation: nothing of the one before it but since when its conditions hold.</summary>
    public static PodStatus Scheduled(PodStatus? before, Assignment assignment, SpecView spec, DateTimeOffset now)
    {
        var kept = before?.Conditions.Where(c => c.Type is ConditionTypes.Accepted or ConditionTypes.Scheduled).ToList() ?? [];
        var answered = SpecAnswers.Answer(new PodStatus { Conditions = kept }, spec, now);
        return answered with
        {
            Phase = PodPhase.Pending,
            HostIP = assignment.HostIP,
            AgentId = assignment.AgentId,
            TaskId = assignment.TaskId,
            Uid = assignment.Uid,
            Attempt = assignment.Attempt,
            SpecHash = assignment.SpecHash,
            Conditions = answered.Conditions.With(new Condition
            {
                Type = ConditionTypes.Scheduled,
                Status = ConditionStatus.True,
                Reason = "Assigned",
                Message = $"to {assignment.Hostname} ({assignment.AgentId})",
                LastTransitionTime = now,
            }),
        };
    }
}
