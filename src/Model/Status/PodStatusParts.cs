namespace Model.Status;

/// <summary>
/// Two write one status: each leaves the other's part as it found it, so that neither a late agent swallows the answer to a new
/// spec, nor the leader's answer the news of a container.
/// </summary>
public static class PodStatusParts
{
    private static readonly string[] LeadersConditions = [ConditionTypes.Accepted, ConditionTypes.Scheduled];

    /// <summary>The status with the agent's part taken from <paramref name="agent"/> and the leader's from this one.</summary>
    public static PodStatus WithAgentPart(this PodStatus current, PodStatus agent) => agent with
    {
        Conditions = [
            .. current.Conditions.Where(c => LeadersConditions.Contains(c.Type)),
            .. Kept(current, agent.Conditions.Where(c => !LeadersConditions.Contains(c.Type)))],
        Faults = current.Faults,
        HostIP = current.HostIP ?? agent.HostIP,
        AgentId = current.AgentId,
        TaskId = current.TaskId,
        Uid = current.Uid,
        Attempt = current.Attempt,
        ObservedRevision = current.ObservedRevision,
        SpecHash = current.SpecHash,
    };

    private static IEnumerable<Condition> Kept(PodStatus current, IEnumerable<Condition> conditions) =>
        conditions.Select(c => current.Conditions.Find(c.Type) is { } before && before.Status == c.Status
            ? c with { LastTransitionTime = before.LastTransitionTime ?? c.LastTransitionTime }
            : c);
}
