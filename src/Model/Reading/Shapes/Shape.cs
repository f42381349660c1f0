using System.Text.Json;
using Model.Reading.Documents;

namespace Model.Reading.Shapes;

/// <summary>
/// What a value may be. One description serves twice: to check what somebody wrote, and to write the JSON Schema by which
/// editors complete and check it, so that the two cannot drift apart.
/// </summary>
public abstract class Shape
{
    /// <summary>Adds every fault of the node. Null stands for "not given" and passes: whether it may is the field's matter.</summary>
    public void Check(DocumentNode node, string path, FaultList faults)
    {
        if (node is not ScalarNode { Kind: ScalarKind.Null or ScalarKind.Refused })
            CheckValue(node, path, faults);
    }

    protected abstract void CheckValue(DocumentNode node, string path, FaultList faults);

    /// <summary>Known, but nothing that a person would write: it is not proposed to anyone.</summary>
    public virtual bool IsTolerated => false;

    /// <summary>Writes the members of this shape's schema into an object that is open.</summary>
    /// <param name="orNull">A field that may be left out may be null too; a required one and a list's item may not.</param>
    public abstract void WriteSchema(Utf8JsonWriter json, bool orNull);

    protected static void WriteType(Utf8JsonWriter json, bool orNull, params ReadOnlySpan<string> types)
    {
        if (types.Length == 1 && !orNull)
        {
            json.WriteString("type", types[0]);
            return;
        }
        json.WriteStartArray("type");
        foreach (var type in types)
            json.WriteStringValue(type);
        if (orNull)
            json.WriteStringValue("null");
        json.WriteEndArray();
    }
}
