using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Model.Reading.Documents;

/// <summary>Writes a tree as JSON that reads back as the same tree: how an item of a List gets a value of its own.</summary>
internal static class DocumentJson
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static byte[] Write(DocumentNode node)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
            Write(json, node);
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, DocumentNode node)
    {
        switch (node)
        {
            case MappingNode mapping:
                json.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value);
                }
                json.WriteEndObject();
                break;
            case SequenceNode list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case ScalarNode { Kind: ScalarKind.Null or ScalarKind.Refused }:
                json.WriteNullValue();
                break;
            case ScalarNode { Kind: ScalarKind.Boolean } scalar:
                json.WriteBooleanValue(scalar.Text is ['t' or 'T', ..]);
                break;
            case ScalarNode { Kind: ScalarKind.WholeNumber } scalar
                when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                json.WriteNumberValue(number);
                break;
            // Fractions keep their text: as strings they mean the same wherever a fraction may stand.
            case ScalarNode scalar:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }
}
