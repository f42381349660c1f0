using System.Text.Json;
using Model.Pods;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>An amount such as `500m` or `128Mi`, not below zero; a number or a string, as Kubernetes takes both.</summary>
public sealed class QuantityShape(string largest) : Shape
{
    private readonly Quantity max = Quantity.Parse(largest);

    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is not ScalarNode { Kind: ScalarKind.Text or ScalarKind.WholeNumber or ScalarKind.Number } scalar)
        {
            var advice = node is ScalarNode { Kind: ScalarKind.Ambiguous } bare ? $" ({PlainScalars.WhyAmbiguous(bare.Text)})" : "";
            faults.Add(path, node, $"must be a quantity such as 500m, 2 or 128Mi, found {Shown.Node(node)}{advice}");
        }
        else if (!Quantity.TryParse(scalar.Text, out var quantity, out var why))
        {
            faults.Add(path, node, $"{Shown.Quoted(scalar.Text)} {why}");
        }
        else if (quantity.Value < 0)
        {
            faults.Add(path, node, $"must not be negative, found {Shown.Cut(scalar.Text)}");
        }
        else if (quantity.Value > max.Value)
        {
            faults.Add(path, node, $"is {Shown.Cut(scalar.Text)}, the limit is {largest}");
        }
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "string", "number");
        json.WriteString("pattern", @"^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?[0-9]+)?$");
        json.WriteNumber("minimum", 0);
        json.WriteNumber("maximum", max.WholeValue);
    }

    /// <summary>Null where the node is no quantity that this shape lets through.</summary>
    public Quantity? ValueOf(DocumentNode? node) =>
        node is ScalarNode { Kind: ScalarKind.Text or ScalarKind.WholeNumber or ScalarKind.Number } scalar
        && Quantity.TryParse(scalar.Text, out var quantity, out _) && quantity.Value >= 0 && quantity.Value <= max.Value ? quantity : null;
}
