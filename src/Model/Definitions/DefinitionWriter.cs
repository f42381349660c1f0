using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Model.Definitions;

/// <summary>Writes a kind's files of crds-like-specs/: the JSON Schema for editors and validators, and the definition beside it.</summary>
public static class DefinitionWriter
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>JSON Schema, draft 2020-12. It holds what one field may be; rules between fields are the reader's alone.</summary>
    public static string Schema(KindDefinition kind)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", kind.Kind);
            json.WriteString("description", kind.Description);
            kind.Shape.WriteSchema(json, orNull: false);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>Names, columns and defaults, in the manner of a Kubernetes CustomResourceDefinition.</summary>
    public static string Definition(KindDefinition kind)
    {
        var yaml = new StringBuilder();
        yaml.Append("# Written from src/Model/Definitions; a test keeps it so. Change it there.\n");
        yaml.Append("apiVersion: reconciler/v1\nkind: Definition\nmetadata:\n");
        yaml.Append("  name: ").Append(kind.Plural).Append('\n');
        yaml.Append("spec:\n");
        yaml.Append("  description: ").Append(Quoted(kind.Description)).Append('\n');
        yaml.Append("  scope: Namespaced\n");
        yaml.Append("  apiVersions: [").AppendJoin(", ", kind.ApiVersions).Append("]\n");
        yaml.Append("  names:\n");
        yaml.Append("    kind: ").Append(kind.Kind).Append('\n');
        yaml.Append("    plural: ").Append(kind.Plural).Append('\n');
        yaml.Append("    shortNames: [").AppendJoin(", ", kind.ShortNames).Append("]\n");
        yaml.Append("  keys:\n");
        yaml.Append("    spec: ").Append(Quoted($"specs/{kind.Plural}/{{namespace}}/{{name}}")).Append('\n');
        yaml.Append("    status: ").Append(Quoted($"status/{kind.Plural}/{{namespace}}/{{name}}")).Append('\n');
        yaml.Append("  schema: ").Append(SchemaFile(kind)).Append('\n');
        yaml.Append("  printedColumns:\n");
        foreach (var column in kind.Columns)
        {
            yaml.Append("    - name: ").Append(column.Name).Append('\n');
            yaml.Append("      type: ").Append(column.Type).Append('\n');
            yaml.Append("      path: ").Append(Quoted(column.Path)).Append('\n');
            yaml.Append("      description: ").Append(Quoted(column.Description)).Append('\n');
            if (column.Wide)
                yaml.Append("      wide: true\n");
        }
        return yaml.ToString();
    }

    public static string SchemaFile(KindDefinition kind) => $"{FileName(kind)}.schema.json";

    public static string DefinitionFile(KindDefinition kind) => $"{FileName(kind)}.yaml";

    // Kinds are ASCII words of ours.
    private static string FileName(KindDefinition kind) => string.Create(kind.Kind.Length, kind.Kind, static (name, word) =>
    {
        for (var i = 0; i < word.Length; i++)
            name[i] = char.ToLowerInvariant(word[i]);
    });

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
