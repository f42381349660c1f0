using Model.Definitions;
using Model.Keys;
using Model.Status;

namespace Model.Reading;

/// <summary>What a file of manifests holds. Lines and columns are those of the file.</summary>
public sealed record ManifestReading
{
    /// <summary>In the order of the file. One with faults is here too, if it could be told what it is.</summary>
    public required IReadOnlyList<ManifestObject> Objects { get; init; }
    /// <summary>Of the file and of all its objects. Where there is one, nothing of the file should be applied.</summary>
    public required IReadOnlyList<SpecFault> Faults { get; init; }
    public required IReadOnlyList<SpecFault> Warnings { get; init; }
}

/// <summary>One object of a file.</summary>
public sealed record ManifestObject
{
    public required KindDefinition Kind { get; init; }
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    /// <summary>Where it begins in the file, from 1.</summary>
    public required int Line { get; init; }
    /// <summary>What to put into its key: its own text with its comments; of an item of a List, JSON.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }
    public required SpecReading Reading { get; init; }

    public PodKey Key => new(Namespace, Name);
}
