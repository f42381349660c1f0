using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>One of a few words.</summary>
public sealed class WordShape(params string[] words) : Shape
{
    protected override void CheckValue(DocumentNode node, string path, FaultList faults)
    {
        if (node is ScalarNode { Kind: ScalarKind.Text } scalar && words.Contains(scalar.Text, StringComparer.Ordinal))
            return;
        var near = node is ScalarNode { Text: var text } && NearestName.Of(text, words) is { } name ? $"; did you mean {name}?" : "";
        faults.Add(path, node, $"must be {Listed()}, found {Shown.Node(node)}{near}");
    }

    public override void WriteSchema(Utf8JsonWriter json, bool orNull)
    {
        json.WriteStartArray("enum");
        foreach (var word in words)
            json.WriteStringValue(word);
        if (orNull)
            json.WriteNullValue();
        json.WriteEndArray();
    }

    private string Listed() => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
}
