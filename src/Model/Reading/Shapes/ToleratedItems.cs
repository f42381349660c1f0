using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>
/// A list of Kubernetes that is not acted on, into which its server puts items of its own: those, known by the beginning of one
/// of their fields, pass; for any other the rule holds.
/// </summary>
public sealed class ToleratedItems(WhenGiven when, string reason, string field, string serversPrefix) : Shape
{
    public override bool IsTolerated => true;

    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is not SequenceNode list)
        {
            faults.Add(path, node, $"must be a list, found {Shown.Node(node)}");
            return;
        }
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = list.Items[i];
            if (item is MappingNode mapping && mapping[field] is ScalarNode { Kind: ScalarKind.Text } name
                && name.Text.StartsWith(serversPrefix, StringComparison.Ordinal))
                continue;
            if (when == WhenGiven.Refuse)
                faults.Add(FieldPath.Of(path, i), item, $"is not supported: {reason}");
            else
                faults.Warn(FieldPath.Of(path, i), item, $"is left out: {reason}");
        }
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "array");
        if (when != WhenGiven.Refuse)
            return;
        json.WriteStartObject("items");
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteStartObject(field);
        json.WriteString("type", "string");
        json.WriteString("pattern", $"^{serversPrefix}");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("required");
        json.WriteStringValue(field);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
