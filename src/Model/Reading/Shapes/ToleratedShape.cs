using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

public enum WhenGiven
{
    /// <summary>Nothing is said: it is what a Kubernetes server fills in.</summary>
    Ignore,
    /// <summary>A warning: the pod runs as well without it.</summary>
    Warn,
    /// <summary>A fault: without it the pod would not be what was asked for.</summary>
    Refuse,
}

/// <summary>
/// A field of Kubernetes that is known here and not acted on. What is empty, and what says the same as if it were not there
/// (<c>hostNetwork: false</c>), always passes.
/// </summary>
/// <param name="reason">Why it is refused or left out, as a sentence's second half.</param>
/// <param name="same">Values that mean the same as none.</param>
public sealed class ToleratedShape(WhenGiven when, string reason, params string[] same) : Shape
{
    public static ToleratedShape Ignored { get; } = new(WhenGiven.Ignore, "");

    public static ToleratedShape Refused(string reason, params string[] same) => new(WhenGiven.Refuse, reason, same);

    public static ToleratedShape LeftOut(string reason, params string[] same) => new(WhenGiven.Warn, reason, same);

    public override bool IsTolerated => true;

    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (when == WhenGiven.Ignore || MeansNothing(node))
            return;
        if (when == WhenGiven.Warn)
            faults.Warn(path, node, $"is left out: {reason}");
        else
            faults.Add(path, node, $"is not supported: {reason}; found {Shown.Node(node)}");
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        if (when != WhenGiven.Refuse)
            return;
        json.WriteStartArray("enum");
        json.WriteNullValue();
        json.WriteStringValue("");
        json.WriteStartArray();
        json.WriteEndArray();
        json.WriteStartObject();
        json.WriteEndObject();
        foreach (var value in same)
        {
            if (value is "true" or "false")
                json.WriteBooleanValue(value == "true");
            else
                json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    private bool MeansNothing(DocumentNode node) => node switch
    {
        MappingNode mapping => mapping.Entries.Count == 0,
        SequenceNode list => list.Items.Count == 0,
        ScalarNode { Kind: ScalarKind.Text } scalar => scalar.Text.Length == 0 || same.Contains(scalar.Text, StringComparer.Ordinal),
        ScalarNode { Kind: ScalarKind.Boolean } scalar => same.Contains(scalar.Text.ToLowerInvariant(), StringComparer.Ordinal),
        _ => false,
    };
}
