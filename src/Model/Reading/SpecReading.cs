using Model.Pods;
using Model.Status;

namespace Model.Reading;

/// <summary>What came of reading a spec: a pod, or every fault of it. Warnings tell what was left out and does no harm.</summary>
public sealed record SpecReading
{
    /// <summary>Null exactly where there are faults.</summary>
    public Pod? Pod { get; init; }
    public IReadOnlyList<SpecFault> Faults { get; init; } = [];
    public IReadOnlyList<SpecFault> Warnings { get; init; } = [];
}
