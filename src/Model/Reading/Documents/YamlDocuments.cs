using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Model.Reading.Documents;

/// <summary>
/// YAML by the parser's events alone. Anchors, aliases and tags are refused: a spec says what it means in its own place, and
/// a few aliases can stand for gigabytes.
/// </summary>
internal sealed class YamlDocuments(string text, FaultList faults)
{
    private readonly Parser parser = new(new StringReader(text));
    private readonly List<(DocumentNode Root, int Start)> read = [];
    private int depth;

    public IReadOnlyList<Document> Read()
    {
        try
        {
            while (parser.MoveNext())
            {
                if (parser.Current is DocumentStart start)
                    ReadDocument(read.Count == 0 ? 0 : (int)start.Start.Index);
            }
        }
        catch (YamlException e)
        {
            faults.Add("", $"is not YAML: {Reason(e)}", (int)e.Start.Line, (int)e.Start.Column);
        }
        return Cut();
    }

    private void ReadDocument(int start)
    {
        parser.MoveNext();
        var root = Node("");
        if (root is not ScalarNode { Kind: ScalarKind.Null })
            read.Add((root, start));
    }

    /// <summary>The node of the current event; afterwards the current event is its last.</summary>
    private DocumentNode Node(string path)
    {
        var at = parser.Current!;
        var (line, column) = ((int)at.Start.Line, (int)at.Start.Column);
        if (at is NodeEvent { Anchor.IsEmpty: false } anchored)
            faults.Add(path, $"anchors are not allowed, found &{Shown.Cut(anchored.Anchor.Value)}", line, column);
        if (at is NodeEvent { Tag.IsEmpty: false } tagged)
            faults.Add(path, $"tags are not allowed, found {Shown.Cut(tagged.Tag.Value)}", line, column);
        switch (at)
        {
            case AnchorAlias alias:
                faults.Add(path, $"aliases are not allowed, found *{Shown.Cut(alias.Value.Value)}", line, column);
                return new ScalarNode(line, column, "", ScalarKind.Refused);
            case Scalar scalar:
                return Scalar(scalar, path, line, column);
            case MappingStart or SequenceStart when depth == DocumentLimits.MaxDepth:
                faults.Add(path, string.Create(
                    CultureInfo.InvariantCulture, $"is nested deeper than {DocumentLimits.MaxDepth} levels"), line, column);
                Skip();
                return new ScalarNode(line, column, "", ScalarKind.Refused);
            case MappingStart:
                return Mapping(path, line, column);
            case SequenceStart:
                return Sequence(path, line, column);
            default:
                throw new YamlException(at.Start, at.End, $"a value was expected, found {at.GetType().Name}");
        }
    }

    private ScalarNode Scalar(Scalar scalar, string path, int line, int column)
    {
        if (!DocumentReader.IsText(scalar.Value, out var why))
            faults.Add(path, why!, line, column);
        return new ScalarNode(
            line, column, scalar.Value, scalar.Style == ScalarStyle.Plain ? PlainScalars.KindOf(scalar.Value) : ScalarKind.Text);
    }

    private SequenceNode Sequence(string path, int line, int column)
    {
        var items = new List<DocumentNode>();
        depth++;
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
            items.Add(Node(FieldPath.Of(path, items.Count)));
        depth--;
        return new SequenceNode(line, column, items);
    }

    private MappingNode Mapping(string path, int line, int column)
    {
        var entries = new MappingEntries(path, faults);
        depth++;
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            var key = Node(path);
            parser.MoveNext();
            if (key is ScalarNode scalar)
            {
                entries.Add(scalar.Text, key.Line, key.Column, Node(FieldPath.Of(path, scalar.Text)));
            }
            else
            {
                faults.Add(path, key, $"keys must be text, found {Shown.Node(key)}");
                Node(path);
            }
        }
        depth--;
        return new MappingNode(line, column, entries.Read);
    }

    private void Skip()
    {
        var open = 1;
        while (open > 0 && parser.MoveNext())
            open += parser.Current!.NestingIncrease;
    }

    /// <summary>Comments before the first document are its own; those between two belong to the first of them.</summary>
    private List<Document> Cut()
    {
        var documents = new List<Document>();
        for (var i = 0; i < read.Count; i++)
        {
            var end = i + 1 < read.Count ? read[i + 1].Start : text.Length;
            documents.Add(new Document(read[i].Root, Bytes(read[i].Start), Bytes(end)));
        }
        return documents;
    }

    private int Bytes(int chars) => Encoding.UTF8.GetByteCount(text.AsSpan(0, chars));

    private static string Reason(YamlException e)
    {
        var message = e.Message;
        var colon = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        return Shown.Cut(colon < 0 ? message : message[(colon + 3)..]);
    }
}
