using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Model.Reading.Documents;

/// <summary>One document of a value or file.</summary>
/// <param name="Text">Its own part of the value, comments included.</param>
public sealed record Document(DocumentNode Root, ReadOnlyMemory<byte> Text);

/// <summary>
/// Reads YAML and JSON into trees that know their places. JSON is what begins with `{` or `[`. Bytes may be anything: what is
/// wrong becomes a fault, never an exception.
/// </summary>
public static class DocumentReader
{
    /// <summary>The one document of a value; null where there is none, or several, or none that can be read.</summary>
    public static DocumentNode? ReadOne(ReadOnlyMemory<byte> value, FaultList faults)
    {
        var documents = ReadAll(value, DocumentLimits.MaxBytes, faults);
        if (faults.Any)
            return documents.Count == 1 ? documents[0].Root : null;
        switch (documents.Count)
        {
            case 0:
                faults.Add("", "the value is empty; a spec is one YAML or JSON document");
                return null;
            case 1:
                return documents[0].Root;
            default:
                faults.Add("", documents[1].Root, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the value holds {documents.Count} documents; a key holds one (podctl apply -f takes a file of several)"));
                return null;
        }
    }

    /// <summary>Every document that could be read; empty ones are left out. After a fault of syntax the rest is not read.</summary>
    public static IReadOnlyList<Document> ReadAll(ReadOnlyMemory<byte> value, int maxBytes, FaultList faults)
    {
        if (value.Length > maxBytes)
        {
            faults.Add("", string.Create(CultureInfo.InvariantCulture, $"is {value.Length} bytes long; the limit is {maxBytes}"));
            return [];
        }
        if (Decode(value.Span, faults) is not { } text)
            return [];
        var bytes = value;
        if (text.StartsWith('\uFEFF'))
            (text, bytes) = (text[1..], value[Encoding.UTF8.Preamble.Length..]);
        var first = text.AsSpan().TrimStart(" \t\r\n");
        if (first.IsEmpty)
            return [];
        return first[0] is '{' or '['
            ? new JsonDocuments(bytes, faults).Read()
            : new YamlDocuments(text, bytes, faults).Read();
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, FaultList faults)
    {
        var chars = new char[bytes.Length];
        if (Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            var (line, column) = PlaceOf(new string(chars, 0, written));
            faults.Add("", string.Create(
                CultureInfo.InvariantCulture, $"is not UTF-8: the byte 0x{bytes[read]:x2} at offset {read}"), line, column);
            return null;
        }
        var text = new string(chars, 0, written);
        // A raw NUL would end the text for some readers: what follows it must not be lost in silence.
        var control = FirstControl(text);
        if (control >= 0)
        {
            var (line, column) = PlaceOf(text[..control]);
            var name = text[control] == 0 ? "NUL" : string.Create(CultureInfo.InvariantCulture, $"U+{(int)text[control]:X4}");
            faults.Add("", $"holds the control character {name}; only tab and line ends are allowed", line, column);
            return null;
        }
        return text;
    }

    private static int FirstControl(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < ' ' && text[i] is not ('\t' or '\n' or '\r'))
                return i;
        }
        return -1;
    }

    private static (int Line, int Column) PlaceOf(string before)
    {
        var lineStart = before.LastIndexOf('\n') + 1;
        return (before.AsSpan().Count('\n') + 1, before.Length - lineStart + 1);
    }

    /// <summary>False, with the fault, for strings that cannot be handed on: a NUL ends a C string, half a character is no text.</summary>
    internal static bool IsText(string text, out string? why)
    {
        why = null;
        if (text.Contains('\0', StringComparison.Ordinal))
            why = "holds a NUL character, which no program can be given";
        else if (!IsWellFormed(text))
            why = "holds half of a surrogate pair, which is no character";
        return why is null;
    }

    private static bool IsWellFormed(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != OperationStatus.Done)
                return false;
            rest = rest[consumed..];
        }
        return true;
    }
}
