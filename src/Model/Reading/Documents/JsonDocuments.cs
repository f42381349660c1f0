using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Model.Reading.Documents;

/// <summary>JSON as RFC 8259 has it: no comments, no trailing commas.</summary>
internal sealed class JsonDocuments(ReadOnlyMemory<byte> bytes, FaultList faults)
{
    private readonly List<Document> documents = [];
    private int depth;
    // Places are counted on from the last one: to count each from the start would take forever on one long line.
    private int counted;
    private int line = 1;
    private int column = 1;

    public IReadOnlyList<Document> Read()
    {
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions
        {
            AllowMultipleValues = true,
            // Ours is told with its path, and the rest is read on.
            MaxDepth = DocumentLimits.MaxFileBytes,
        });
        try
        {
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                var root = Node(ref reader, "");
                documents.Add(new Document(root, bytes[start..(int)reader.BytesConsumed]));
            }
        }
        catch (JsonException e)
        {
            AddSyntax(e);
        }
        return documents;
    }

    private DocumentNode Node(ref Utf8JsonReader reader, string path)
    {
        var (at, from) = Place((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when depth == DocumentLimits.MaxDepth:
                faults.Add(path, string.Create(
                    CultureInfo.InvariantCulture, $"is nested deeper than {DocumentLimits.MaxDepth} levels"), at, from);
                reader.Skip();
                return new ScalarNode(at, from, "", ScalarKind.Refused);
            case JsonTokenType.StartObject:
                var entries = new MappingEntries(path, faults);
                depth++;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (keyLine, keyColumn) = Place((int)reader.TokenStartIndex);
                    var key = Text(ref reader, path, keyLine, keyColumn);
                    reader.Read();
                    entries.Add(key, keyLine, keyColumn, Node(ref reader, FieldPath.Of(path, key)));
                }
                depth--;
                return new MappingNode(at, from, entries.Read);
            case JsonTokenType.StartArray:
                var items = new List<DocumentNode>();
                depth++;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Node(ref reader, FieldPath.Of(path, items.Count)));
                depth--;
                return new SequenceNode(at, from, items);
            case JsonTokenType.String:
                var text = Text(ref reader, path, at, from);
                if (!DocumentReader.IsText(text, out var why))
                    faults.Add(path, why!, at, from);
                return new ScalarNode(at, from, text, ScalarKind.Text);
            case JsonTokenType.Number:
                var number = Encoding.ASCII.GetString(reader.ValueSpan);
                var whole = number.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
                return new ScalarNode(at, from, number, whole ? ScalarKind.WholeNumber : ScalarKind.Number);
            case JsonTokenType.True or JsonTokenType.False:
                return new ScalarNode(at, from, reader.TokenType == JsonTokenType.True ? "true" : "false", ScalarKind.Boolean);
            default:
                return new ScalarNode(at, from, "null", ScalarKind.Null);
        }
    }

    private string Text(ref Utf8JsonReader reader, string path, int atLine, int atColumn)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // So the reader answers an escape such as \ud800 that stands alone.
            faults.Add(path, "holds half of a surrogate pair, which is no character", atLine, atColumn);
            return "";
        }
    }

    private (int Line, int Column) Place(int offset)
    {
        var between = bytes.Span[counted..offset];
        var lastBreak = between.LastIndexOf((byte)'\n');
        line += between.Count((byte)'\n');
        column = lastBreak < 0 ? column + Encoding.UTF8.GetCharCount(between) : Encoding.UTF8.GetCharCount(between[(lastBreak + 1)..]) + 1;
        counted = offset;
        return (line, column);
    }

    private void AddSyntax(JsonException e)
    {
        var atLine = (int)(e.LineNumber ?? 0);
        var lineStart = 0;
        for (var i = 0; i < atLine; i++)
            lineStart += bytes.Span[lineStart..].IndexOf((byte)'\n') + 1;
        var length = Math.Min((int)(e.BytePositionInLine ?? 0), bytes.Length - lineStart);
        var place = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (place < 0 ? e.Message : e.Message[..place]).Replace(" Change the reader options.", "", StringComparison.Ordinal);
        faults.Add(
            "",
            $"is not JSON (which it should be, as it begins with {(char)bytes.Span.TrimStart(" \t\r\n"u8)[0]}): {reason}",
            atLine + 1,
            Encoding.UTF8.GetCharCount(bytes.Span.Slice(lineStart, length)) + 1);
    }
}
