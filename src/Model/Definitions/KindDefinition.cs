using Model.Keys;
using Model.Reading;
using Model.Reading.Documents;
using Model.Reading.Shapes;

namespace Model.Definitions;

/// <summary>All that has to be known of a kind of object: crds-like-specs/ is written from it, `get` and `explain` print by it.</summary>
public sealed record KindDefinition
{
    public required string Kind { get; init; }
    /// <summary>In keys: specs/{plural}/{ns}/{name}.</summary>
    public required string Plural { get; init; }
    public required IReadOnlyList<string> ShortNames { get; init; }
    /// <summary>Ours first, then Kubernetes' own.</summary>
    public required IReadOnlyList<string> ApiVersions { get; init; }
    public required string Description { get; init; }
    public required ObjectShape Shape { get; init; }
    public required IReadOnlyList<PrintedColumn> Columns { get; init; }

    public required Func<PodKey, DocumentNode, FaultList, SpecReading> Read { get; init; }

    /// <summary>Whether a person means this kind: by its name, plural or short name, in upper or lower case.</summary>
    public bool IsCalled(string word) =>
        ShortNames.Append(Kind).Append(Plural).Contains(word, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A column of the table that people see.</summary>
/// <param name="Path">Where its value stands in the object: metadata of the spec, status of the status key; as JSONPath.</param>
/// <param name="Wide">Only where more is asked for.</param>
public sealed record PrintedColumn(string Name, string Type, string Path, string Description, bool Wide = false);
