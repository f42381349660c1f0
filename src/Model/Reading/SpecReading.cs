using Model.Keys;
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

/// <summary>Reads what people put at specs/pods/{ns}/{name}: one YAML or JSON document, as bytes that may be anything.</summary>
public static class PodReader
{
    /// <summary>The value of a spec key. Envelope fields may be left out; where they are stated they must agree with the key.</summary>
    public static SpecReading Read(PodKey key, ReadOnlyMemory<byte> value) =>
        throw new NotImplementedException($"{key} {value.Length}");
}
