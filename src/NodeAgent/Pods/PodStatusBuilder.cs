using Model.Assignments;
using Model.Status;

namespace NodeAgent.Pods;

/// <summary>
/// The agent's part of a pod's status from what is known of its containers. The same facts make the same bytes: times of transition
/// are kept from the status before.
/// </summary>
internal static class PodStatusBuilder
{
    public static PodStatus Build(PodTask pod, PodFacts facts, PodStatus? before, DateTimeOffset now)
    {
        var phase = Phase(facts);
        return new PodStatus
        {
            Phase = phase,
            Reason = facts.Reason,
            Message = facts.Message,
            Conditions = Conditions(phase, facts.Containers, before?.Conditions ?? [], now),
            HostIP = facts.HostIP,
            PodIP = facts.PodIP,
            Ports = pod.Ports,
            ContainerStatuses = [.. facts.Containers.Select(c => c.ToStatus())],
            StartTime = facts.StartTime,
        };
    }

    public static PodPhase Phase(PodFacts facts)
    {
        var containers = facts.Containers;
        if (facts.Ended || containers.All(c => c.Stage == ContainerStage.Finished))
            return containers.All(c => c.Exit is { Failed: false }) ? PodPhase.Succeeded : PodPhase.Failed;
        return containers.All(c => c.EverStarted) ? PodPhase.Running : PodPhase.Pending;
    }

    private static IReadOnlyList<Condition> Conditions(
        PodPhase phase, IReadOnlyList<ContainerRecord> containers, IReadOnlyList<Condition> before, DateTimeOffset now)
    {
        var unready = containers.Where(c => !c.IsReady).Select(c => c.Spec.Name).ToList();
        var (status, reason, message) = phase switch
        {
            PodPhase.Succeeded => (ConditionStatus.False, "PodCompleted", null),
            PodPhase.Failed => (ConditionStatus.False, "PodFailed", null),
            _ when unready.Count == 0 => (ConditionStatus.True, null, null),
            _ => (ConditionStatus.False, "ContainersNotReady", $"not ready: {string.Join(", ", unready)}"),
        };
        return before
            .With(new Condition { Type = ConditionTypes.Initialized, Status = ConditionStatus.True, LastTransitionTime = now })
            .With(new Condition
            {
                Type = ConditionTypes.ContainersReady, Status = status, Reason = reason, Message = message, LastTransitionTime = now,
            })
            .With(new Condition
            {
                Type = ConditionTypes.Ready, Status = status, Reason = reason, Message = message, LastTransitionTime = now,
            });
    }
}

/// <summary>What a pod's status is made of.</summary>
internal sealed record PodFacts
{
    public required IReadOnlyList<ContainerRecord> Containers { get; init; }
    /// <summary>Nothing of it runs or will run again, whatever the stages say: it was stopped.</summary>
    public bool Ended { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public string? HostIP { get; init; }
    public string? PodIP { get; init; }
    public DateTimeOffset? StartTime { get; init; }
}
