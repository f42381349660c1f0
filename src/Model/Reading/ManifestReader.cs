using System.Globalization;
using Model.Definitions;
using Model.Keys;
using Model.Reading.Documents;

namespace Model.Reading;

/// <summary>
/// Reads files as people keep them: several documents of YAML or JSON, and Lists as `kubectl get -o yaml` prints them. Each object
/// becomes one value for one key.
/// </summary>
public static class ManifestReader
{
    public const string DefaultNamespace = "default";

    /// <param name="defaultNamespace">Of the objects that name none.</param>
    public static ManifestReading Read(ReadOnlyMemory<byte> file, string defaultNamespace = DefaultNamespace)
    {
        var faults = new FaultList();
        var objects = new List<ManifestObject>();
        var documents = DocumentReader.ReadAll(file, DocumentLimits.MaxFileBytes, faults);
        var broken = faults.Any;
        foreach (var (node, value) in documents.SelectMany(ObjectsOf))
        {
            if (ReadObject(node, value, defaultNamespace, faults) is { } one)
                objects.Add(one);
        }
        if (documents.Count == 0 && !faults.Any)
            faults.Add("", "holds no object");
        CheckDoubles(objects, faults);
        return new ManifestReading
        {
            // A double key or an alias changes what an object says: then none of the file is what was meant.
            Objects = broken ? [] : objects,
            Faults = [.. faults.Faults.Concat(objects.SelectMany(o => o.Reading.Faults)).OrderBy(f => f.Line).ThenBy(f => f.Column)],
            Warnings = [.. objects.SelectMany(o => o.Reading.Warnings)],
        };
    }

    private static IEnumerable<(DocumentNode Node, ReadOnlyMemory<byte> Value)> ObjectsOf(Document document)
    {
        var root = FieldReader.Of(document.Root, "");
        if (root.Text("kind") is not { } kind || !kind.EndsWith("List", StringComparison.Ordinal)
            || root.Node("items") is not SequenceNode items)
            return [(document.Root, document.Text)];
        return items.Items.Select(item => (item, (ReadOnlyMemory<byte>)DocumentJson.Write(item)));
    }

    /// <summary>Null where it cannot be told what it is; then there are faults.</summary>
    private static ManifestObject? ReadObject(DocumentNode node, ReadOnlyMemory<byte> value, string defaultNamespace, FaultList faults)
    {
        if (node is not MappingNode)
        {
            faults.Add("", node, $"must be a mapping, found {Shown.Node(node)}");
            return null;
        }
        var root = FieldReader.Of(node, "");
        var metadata = root.Child("metadata");
        var kind = KindOf(root, faults);
        var name = metadata.Text("name");
        if (name is null)
            faults.Add("metadata.name", metadata.Node("name") ?? node, "is required in a file; only in etcd the key says it");
        if (value.Length > DocumentLimits.MaxBytes)
            faults.Add("", node, string.Create(
                CultureInfo.InvariantCulture, $"is {value.Length} bytes long; the limit is {DocumentLimits.MaxBytes}"));
        if (kind is null || name is null)
            return null;
        var key = new PodKey(metadata.Text("namespace") ?? defaultNamespace, name);
        return new ManifestObject
        {
            Kind = kind,
            Namespace = key.Namespace,
            Name = key.Name,
            Line = node.Line,
            Value = value,
            Reading = kind.Read(key, node, new FaultList()),
        };
    }

    private static KindDefinition? KindOf(FieldReader root, FaultList faults)
    {
        if (root.Text("kind") is not { } kind)
        {
            faults.Add("kind", root.Node("kind") ?? root.Mapping!, "is required in a file: it says what the object is, such as Pod");
            return null;
        }
        if (KindTable.Find(kind) is { } definition)
            return definition;
        faults.Add("kind", root.Node("kind")!, KindTable.WhyUnknown(kind));
        return null;
    }

    private static void CheckDoubles(List<ManifestObject> objects, FaultList faults)
    {
        var first = new Dictionary<(string, PodKey), int>();
        foreach (var one in objects)
        {
            if (!first.TryAdd((one.Kind.Kind, one.Key), one.Line))
                faults.Add(
                    "metadata.name",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the {one.Kind.Kind} {one.Key} is in the file twice; the first is in line {first[(one.Kind.Kind, one.Key)]}"),
                    one.Line,
                    1);
        }
    }
}
