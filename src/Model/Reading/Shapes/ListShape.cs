using System.Globalization;
using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <param name="advice">What to write instead, where something else than a list is found.</param>
public sealed class ListShape(Shape item, int min = 0, int max = int.MaxValue, string? advice = null) : Shape
{
    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is not SequenceNode list)
        {
            faults.Add(path, node, $"must be a list, found {Shown.Node(node)}{(advice is null ? "" : $"; {advice}")}");
            return;
        }
        if (list.Items.Count < min)
            faults.Add(path, node, string.Create(CultureInfo.InvariantCulture, $"must have at least {min} item, found {list.Items.Count}"));
        if (list.Items.Count > max)
            faults.Add(path, node, string.Create(CultureInfo.InvariantCulture, $"has {list.Items.Count} items, the limit is {max}"));
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (list.Items[i] is ScalarNode { Kind: ScalarKind.Null })
                faults.Add(FieldPath.Of(path, i), list.Items[i], "must not be null");
            item.Check(list.Items[i], FieldPath.Of(path, i), faults);
        }
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "array");
        json.WriteStartObject("items");
        item.WriteSchema(json, orNull: false);
        json.WriteEndObject();
        if (min > 0)
            json.WriteNumber("minItems", min);
        if (max < int.MaxValue)
            json.WriteNumber("maxItems", max);
    }
}
