namespace Model.Status;

public enum ConditionStatus { True, False, Unknown }

/// <summary>A condition as Kubernetes has it: a type, whether it holds, since when, and why.</summary>
public sealed record Condition
{
    public required string Type { get; init; }
    public required ConditionStatus Status { get; init; }
    /// <summary>One word, for programs.</summary>
    public string? Reason { get; init; }
    /// <summary>A sentence, for people.</summary>
    public string? Message { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
}

public static class ConditionTypes
{
    public const string Accepted = "Accepted";
    public const string Scheduled = "Scheduled";
    public const string Initialized = "Initialized";
    public const string ContainersReady = "ContainersReady";
    public const string Ready = "Ready";
}

public static class Conditions
{
    public static Condition? Find(this IReadOnlyList<Condition> conditions, string type) =>
        conditions.FirstOrDefault(c => c.Type == type);

    /// <summary>
    /// The list with this condition set. The time of transition is kept while the status is the same, so that the same facts
    /// make the same bytes.
    /// </summary>
    public static IReadOnlyList<Condition> With(this IReadOnlyList<Condition> conditions, Condition condition)
    {
        var list = conditions.ToList();
        var at = list.FindIndex(c => c.Type == condition.Type);
        if (at < 0)
            list.Add(condition);
        else
            list[at] = list[at].Status == condition.Status
                ? condition with { LastTransitionTime = list[at].LastTransitionTime }
                : condition;
        return list;
    }
}
