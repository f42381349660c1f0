using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Podctl.Output;

/// <summary>Writes JSON nodes as indented JSON, as one line of JSON, or as YAML.</summary>
internal static class Documents
{
    public static void Write(TextWriter output, JsonNode document, OutputFormat format)
    {
        if (format == OutputFormat.Yaml)
            WriteYaml(output, document);
        else
            output.WriteLine(Json(document, indented: true));
    }

    public static string Json(JsonNode document, bool indented)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions
        {
            Indented = indented,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            document.WriteTo(writer);
        }
        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteYaml(TextWriter output, JsonNode document)
    {
        var emitter = new Emitter(output, new EmitterSettings(2, int.MaxValue, false, 1024, skipAnchorName: true, indentSequences: false, newLine: "\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(null, null, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    emitter.Emit(new Scalar(null, null, key, StyleOf(key), true, true));
                    Emit(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                    Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                var text = scalar.GetValue<string>();
                emitter.Emit(new Scalar(null, null, text, StyleOf(text), true, true));
                break;
            default:
                emitter.Emit(new Scalar(null, null, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    // A string that would be read back as a number, a truth or nothing is quoted.
    private static ScalarStyle StyleOf(string text) =>
        text.Length > 0 && text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
        : NeedsQuotes(text) ? ScalarStyle.DoubleQuoted
        : ScalarStyle.Plain;

    private static bool NeedsQuotes(string text) =>
        text is "" or "~"
        || text.ToLowerInvariant() is "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n"
        || char.IsAsciiDigit(text[0])
        || (text[0] is '+' or '-' or '.' && text.Length > 1 && (char.IsAsciiDigit(text[1]) || text[1] == '.'));
}
