using System.Globalization;
using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>A whole number within limits, both included.</summary>
public sealed class IntegerShape(int min, int max) : Shape
{
    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (ValueOf(node) is { } value && value >= min && value <= max)
            return;
        var advice = node is not ScalarNode scalar ? ""
            : scalar.Kind == ScalarKind.Ambiguous ? $"; write it in plain decimal digits ({PlainScalars.WhyAmbiguous(scalar.Text)})"
            : scalar.Kind == ScalarKind.Text && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? "; write it without quotes"
            : "";
        faults.Add(path, node, string.Create(
            CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}, found {Shown.Node(node)}{advice}"));
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "integer");
        json.WriteNumber("minimum", min);
        json.WriteNumber("maximum", max);
    }

    /// <summary>Null where the node is no whole number that fits.</summary>
    public static int? ValueOf(DocumentNode? node) =>
        node is ScalarNode { Kind: ScalarKind.WholeNumber } scalar
        && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
