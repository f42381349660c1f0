using Model.Status;

namespace Model.Planning;

/// <summary>What is to be done with a pod, with nothing left to choose; docs/nomenclature.md defines each word.</summary>
public abstract record PodDecision
{
    private PodDecision() { }

    /// <summary>For people: why this, and not something else.</summary>
    public required string Why { get; init; }

    /// <summary>What is answered to the spec; null where the answer stands already.</summary>
    public PodStatus? Answer { get; init; }

    /// <summary>It is as it should be: runs, or has ended for good, or is on its way.</summary>
    public sealed record Keep : PodDecision;

    /// <summary>The spec is gone and nothing runs: status and owner go too.</summary>
    public sealed record Forget : PodDecision;

    /// <summary>The live incarnation is to end: the intent is written, then KILL.</summary>
    public sealed record Stop : PodDecision
    {
        public required string Reason { get; init; }
    }

    /// <summary>A stop is under way: KILL until it is terminal.</summary>
    public sealed record AwaitStop : PodDecision;

    /// <summary>The newest spec is not valid; what runs goes on.</summary>
    public sealed record Reject : PodDecision;

    /// <summary>It wants a machine.</summary>
    public sealed record Place : PodDecision
    {
        public required int Attempt { get; init; }
        public required string Uid { get; init; }
    }

    /// <summary>It wants a machine, but not before a time.</summary>
    public sealed record Wait : PodDecision
    {
        public required DateTimeOffset Until { get; init; }
    }
}
