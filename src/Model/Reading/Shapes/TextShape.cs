using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>A rule that a text must match.</summary>
/// <param name="Pattern">Not anchored, in the part of the language that .NET and ECMAScript share; it goes into the schema.</param>
/// <param name="Regex">The same, anchored.</param>
/// <param name="Says">What is demanded, in words: "must be …".</param>
public sealed record TextRule(string Pattern, Regex Regex, int MaxLength, string Says)
{
    /// <summary>Null where the text obeys; else what is wrong, with the value and the limit.</summary>
    public string? Fault(string text)
    {
        if (text.Length > MaxLength)
            return string.Create(
                CultureInfo.InvariantCulture, $"is {text.Length} characters long, the limit is {MaxLength}: {Shown.Quoted(text)}");
        return Regex.IsMatch(text) ? null : $"{Says}, found {Shown.Quoted(text)}";
    }
}

public sealed class TextShape : Shape
{
    public TextRule? Rule { get; init; }
    public int MaxLength { get; init; } = DocumentLimits.MaxBytes;
    /// <summary>The value is not shown in faults.</summary>
    public bool Hidden { get; init; }

    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is not ScalarNode { Kind: ScalarKind.Text } scalar)
            faults.Add(path, node, $"must be a string, found {Shown.Node(node, Hidden)}{Advice(node)}");
        else if (Rule?.Fault(scalar.Text) is { } why)
            faults.Add(path, node, why);
        else if (scalar.Text.Length > MaxLength)
            faults.Add(path, node, string.Create(
                CultureInfo.InvariantCulture, $"is {scalar.Text.Length} characters long, the limit is {MaxLength}"));
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        WriteType(json, orNull, "string");
        if (Rule is not null)
            json.WriteString("pattern", $"^(?:{Rule.Pattern})$");
        var limit = Rule?.MaxLength ?? MaxLength;
        if (limit < DocumentLimits.MaxBytes)
            json.WriteNumber("maxLength", limit);
    }

    private string Advice(DocumentNode node) => node is ScalarNode scalar
        ? Hidden ? "; write it in quotes"
        : $"; write it in quotes: {Shown.Quoted(scalar.Text)}"
            + (scalar.Kind == ScalarKind.Ambiguous ? $" ({PlainScalars.WhyAmbiguous(scalar.Text)})" : "")
        : "";
}
