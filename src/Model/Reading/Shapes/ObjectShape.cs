using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>One field of an object.</summary>
/// <param name="Doc">What it means, for editors, `explain` and the documentation.</param>
public sealed record Field(string Name, Shape Shape, string Doc)
{
    public bool Required { get; init; }
    /// <summary>The value that holds where none is given, as JSON.</summary>
    public string? Default { get; init; }
}

/// <summary>An object of known fields; any other is a fault, because a typo must not be swallowed.</summary>
public sealed class ObjectShape(params Field[] fields) : Shape
{
    private readonly Dictionary<string, Field> byName = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);

    public IReadOnlyList<Field> Fields => fields;

    /// <summary>The names that a person would write: not what is only tolerated.</summary>
    private IEnumerable<string> Known => fields.Where(f => !f.Shape.IsTolerated).Select(f => f.Name);

    public override bool IsTolerated => fields.All(f => f.Shape.IsTolerated);

    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is not MappingNode mapping)
        {
            faults.Add(path, node, $"must be a mapping, found {Shown.Node(node)}");
            return;
        }
        foreach (var entry in mapping.Entries)
        {
            var at = FieldPath.Of(path, entry.Key);
            if (byName.TryGetValue(entry.Key, out var field))
                field.Shape.Check(entry.Value, at, faults);
            else
                faults.Add(at, $"is not a known field{Advice(entry.Key)}", entry.Line, entry.Column);
        }
        foreach (var field in fields.Where(f => f.Required))
        {
            var given = mapping.Entries.FirstOrDefault(e => e.Key == field.Name).Value;
            if (given is null or ScalarNode { Kind: ScalarKind.Null })
                faults.Add(FieldPath.Of(path, field.Name), given ?? node, "is required");
        }
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "object");
        json.WriteStartObject("properties");
        foreach (var field in fields)
        {
            json.WriteStartObject(field.Name);
            json.WriteString("description", field.Doc);
            field.Shape.WriteSchema(json, orNull: !field.Required);
            if (field.Default is not null)
            {
                json.WritePropertyName("default");
                json.WriteRawValue(field.Default);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        if (fields.Any(f => f.Required))
        {
            json.WriteStartArray("required");
            foreach (var field in fields.Where(f => f.Required))
                json.WriteStringValue(field.Name);
            json.WriteEndArray();
        }
        json.WriteBoolean("additionalProperties", false);
    }

    private string Advice(string written)
    {
        if ((NearestName.Of(written, Known) ?? NearestName.Of(written, byName.Keys)) is { } near)
            return $"; did you mean {near}?";
        var inner = fields.FirstOrDefault(f => f.Shape is ObjectShape shape && shape.byName.ContainsKey(written));
        if (inner is not null)
            return $" here; it belongs into {inner.Name}";
        return $"; known are {string.Join(", ", Known)}";
    }
}
