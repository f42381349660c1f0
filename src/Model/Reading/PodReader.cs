using Model.Keys;
using Model.Reading.Documents;
using Model.Reading.Kinds;

namespace Model.Reading;

/// <summary>Reads what people put at specs/pods/{ns}/{name}: one YAML or JSON document, as bytes that may be anything.</summary>
public static class PodReader
{
    /// <summary>The value of a spec key. Envelope fields may be left out; where they are stated they must agree with the key.</summary>
    public static SpecReading Read(PodKey key, ReadOnlyMemory<byte> value)
    {
        var faults = new FaultList();
        return PodBuilder.Read(key, DocumentReader.ReadOne(value, faults), faults);
    }
}
