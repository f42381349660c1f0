using Model.Status;

namespace Model.Planning;

/// <summary>The leader's part of a status: what it answers to the newest spec.</summary>
public static class SpecAnswers
{
    /// <summary>The status with Accepted, the faults and observedRevision as the spec deserves them.</summary>
    public static PodStatus Answer(PodStatus status, SpecView spec, DateTimeOffset now) => status with
    {
        ObservedRevision = spec.ModRevision,
        Faults = spec.Faults,
        Conditions = status.Conditions.With(Accepted(spec, now)),
    };

    private static Condition Accepted(SpecView spec, DateTimeOffset now) => spec.Pod is null
        ? new Condition
        {
            Type = ConditionTypes.Accepted,
            Status = ConditionStatus.False,
            Reason = "Invalid",
            Message = Summary(spec.Faults),
            LastTransitionTime = now,
        }
        : new Condition
        {
            Type = ConditionTypes.Accepted,
            Status = ConditionStatus.True,
            Reason = spec.Warnings.Count == 0 ? "Valid" : "ValidWithWarnings",
            Message = spec.Warnings.Count == 0 ? null : Summary(spec.Warnings),
            LastTransitionTime = now,
        };

    private static string Summary(IReadOnlyList<SpecFault> faults)
    {
        const int shown = 3;
        var first = string.Join("; ", faults.Take(shown).Select(Line));
        return faults.Count <= shown ? first : $"{first}; and {faults.Count - shown} more";
    }

    // A fault of the whole document has no path.
    private static string Line(SpecFault fault) => fault.Path.Length == 0 ? fault.Message : $"{fault.Path}: {fault.Message}";

    /// <summary>Scheduled=False: no machine takes it now, and why.</summary>
    public static PodStatus Unschedulable(PodStatus status, string message, DateTimeOffset now) => status with
    {
        Phase = PodPhase.Pending,
        Reason = "Unschedulable",
        Message = message,
        Conditions = status.Conditions.With(new Condition
        {
            Type = ConditionTypes.Scheduled,
            Status = ConditionStatus.False,
            Reason = "Unschedulable",
            Message = message,
            LastTransitionTime = now,
        }),
    };

    /// <summary>Whether two answers say the same: records compare lists by reference, so this compares what is written.</summary>
    public static bool Same(PodStatus left, PodStatus right) =>
        ModelJson.Write(left).AsSpan().SequenceEqual(ModelJson.Write(right));
}
