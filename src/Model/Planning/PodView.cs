using Model.Assignments;
using Model.Keys;
using Model.Pods;
using Model.Status;

namespace Model.Planning;

/// <summary>All that is known of one pod at one instant: what a decision about it is made from.</summary>
public sealed record PodView
{
    public required PodKey Key { get; init; }
    /// <summary>Null: nobody wants the pod (any more).</summary>
    public SpecView? Spec { get; init; }
    /// <summary>Null: nothing was written yet.</summary>
    public PodStatus? Status { get; init; }
    public PodOwner? Owner { get; init; }
    /// <summary>The one live assignment.</summary>
    public Assignment? Live { get; init; }
    /// <summary>After failed launches: not before this.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A spec as it was read at one revision: either a pod, or its faults.</summary>
public sealed record SpecView
{
    public required long CreateRevision { get; init; }
    public required long ModRevision { get; init; }
    public Pod? Pod { get; init; }
    /// <summary>Of the pod's spec; null where there is none.</summary>
    public string? Hash { get; init; }
    public IReadOnlyList<SpecFault> Faults { get; init; } = [];
    public IReadOnlyList<SpecFault> Warnings { get; init; } = [];
}
