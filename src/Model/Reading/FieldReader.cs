using Model.Pods;
using Model.Reading.Documents;
using Model.Reading.Shapes;

namespace Model.Reading;

/// <summary>
/// Reads what a checked tree holds. What has the wrong shape reads as not given: the shape's check has told it already, and
/// the rules that look further can still find what else is wrong.
/// </summary>
public readonly record struct FieldReader(MappingNode? Mapping, string Path)
{
    public static FieldReader Of(DocumentNode? node, string path) => new(node as MappingNode, path);

    public DocumentNode? Node(string name) => Mapping?[name];

    public string PathOf(string name) => FieldPath.Of(Path, name);

    public FieldReader Child(string name) => Of(Node(name), PathOf(name));

    public string? Text(string name) => Node(name) is ScalarNode { Kind: ScalarKind.Text } scalar ? scalar.Text : null;

    public int? WholeNumber(string name) => IntegerShape.ValueOf(Node(name));

    public Quantity? Quantity(string name, QuantityShape shape) => shape.ValueOf(Node(name));

    public IEnumerable<FieldReader> Objects(string name)
    {
        var path = PathOf(name);
        return Items(name).Select((item, i) => Of(item, FieldPath.Of(path, i)));
    }

    /// <summary>Null where the field is not given.</summary>
    public IReadOnlyList<string>? Texts(string name) => Node(name) is SequenceNode list
        ? [.. list.Items.OfType<ScalarNode>().Where(s => s.Kind == ScalarKind.Text).Select(s => s.Text)]
        : null;

    /// <summary>In the order of keys, so that the same map always makes the same bytes.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string name)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in (Node(name) as MappingNode)?.Entries ?? [])
        {
            if (entry.Value is ScalarNode { Kind: ScalarKind.Text } text)
                map[entry.Key] = text.Text;
        }
        return map;
    }

    /// <summary>The word of an enumeration, whose names are those of the manifest.</summary>
    public T Word<T>(string name, T otherwise)
        where T : struct, Enum => Text(name) is { } text && Enum.TryParse<T>(text, out var word) && Enum.IsDefined(word) ? word : otherwise;

    private IReadOnlyList<DocumentNode> Items(string name) => (Node(name) as SequenceNode)?.Items ?? [];
}
