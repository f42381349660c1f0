using System.Globalization;

namespace Model.Reading.Documents;

/// <summary>The entries of one mapping while it is read: the second of a double key is a fault, and left out.</summary>
internal sealed class MappingEntries(string path, FaultList faults)
{
    private readonly List<MappingEntry> entries = [];
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);

    public IReadOnlyList<MappingEntry> Read => entries;

    public void Add(string key, int line, int column, DocumentNode value)
    {
        if (lines.TryGetValue(key, out var first))
        {
            faults.Add(FieldPath.Of(path, key), string.Create(
                CultureInfo.InvariantCulture, $"is written twice; the first is in line {first}"), line, column);
            return;
        }
        if (!DocumentReader.IsText(key, out var why))
            faults.Add(path, $"a key {why}", line, column);
        lines.Add(key, line);
        entries.Add(new MappingEntry(key, line, column, value));
    }
}
