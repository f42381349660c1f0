namespace Model.Reading.Documents;

/// <summary>One node of what somebody wrote, with the place where it begins: line and column from 1, in characters.</summary>
public abstract class DocumentNode(int line, int column)
{
    public int Line { get; } = line;
    public int Column { get; } = column;
}

/// <param name="Line">Of the key.</param>
/// <param name="Column">Of the key.</param>
public readonly record struct MappingEntry(string Key, int Line, int Column, DocumentNode Value);

/// <summary>Keys are unique: the second of a double one is a fault of the document, and left out.</summary>
public sealed class MappingNode(int line, int column, IReadOnlyList<MappingEntry> entries) : DocumentNode(line, column)
{
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;

    /// <summary>The value of a key; null where there is none, or where it is null, which Kubernetes takes for the same.</summary>
    public DocumentNode? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Key == key)
                    return entry.Value is ScalarNode { Kind: ScalarKind.Null or ScalarKind.Refused } ? null : entry.Value;
            }
            return null;
        }
    }
}

public sealed class SequenceNode(int line, int column, IReadOnlyList<DocumentNode> items) : DocumentNode(line, column)
{
    public IReadOnlyList<DocumentNode> Items { get; } = items;
}

public enum ScalarKind
{
    Null,
    Boolean,
    WholeNumber,
    Number,
    Text,
    /// <summary>A plain scalar that YAML 1.1 and 1.2 read differently (`yes`, `0777`, `1_000`): it is taken for nothing at all.</summary>
    Ambiguous,
    /// <summary>Stands where an alias or too deep a nesting was refused: the fault is told already, nothing more is said of it.</summary>
    Refused,
}

/// <param name="text">As it was written, escapes resolved.</param>
public sealed class ScalarNode(int line, int column, string text, ScalarKind kind) : DocumentNode(line, column)
{
    public string Text { get; } = text;
    public ScalarKind Kind { get; } = kind;
}
