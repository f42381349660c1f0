using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>Texts under keys of the writer's own choice: labels, annotations.</summary>
public sealed class MapShape(TextRule keys, TextShape values) : Shape
{
    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is not MappingNode mapping)
        {
            faults.Add(path, node, $"must be a mapping of strings, found {Shown.Node(node)}");
            return;
        }
        foreach (var entry in mapping.Entries)
        {
            var at = FieldPath.Of(path, entry.Key);
            if (keys.Fault(entry.Key) is { } why)
                faults.Add(at, $"the key {why}", entry.Line, entry.Column);
            if (entry.Value is ScalarNode { Kind: ScalarKind.Null })
                faults.Add(at, entry.Value, "must be a string, found null; write \"\" for an empty one");
            values.Check(entry.Value, at, faults);
        }
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "object");
        json.WriteStartObject("propertyNames");
        json.WriteString("pattern", $"^(?:{keys.Pattern})$");
        json.WriteNumber("maxLength", keys.MaxLength);
        json.WriteEndObject();
        json.WriteStartObject("additionalProperties");
        values.WriteSchema(json, orNull: false);
        json.WriteEndObject();
    }
}
