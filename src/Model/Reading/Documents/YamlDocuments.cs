using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Model.Reading.Documents;

/// <summary>
/// YAML by the parser's events alone. Anchors, aliases and tags are refused: a spec says what it means in its own place, and
/// a few aliases can stand for gigabytes.
/// </summary>
internal sealed class YamlDocuments(string text, ReadOnlyMemory<byte> bytes, FaultList faults)
{
    private readonly Parser parser = new(new StringReader(text));
    private readonly List<(DocumentNode Root, int Start)> read = [];
    // Where each document begins that follows a full one, an empty one too.
    private readonly List<int> ends = [];
    private int depth;
    // Set where a document is nested too deeply: nothing more is read, because the scanner's time for one token grows with the depth.
    private bool stopped;

    public IReadOnlyList<Document> Read()
    {
        try
        {
            while (Next())
            {
                if (parser.Current is not DocumentStart start)
                    continue;
                if (ends.Count < read.Count)
                    ends.Add((int)start.Start.Index);
                ReadDocument(read.Count == 0 ? 0 : (int)start.Start.Index);
            }
        }
        catch (YamlException e)
        {
            AddSyntax(e);
        }
        catch (Exception e)
        {
            // On some broken input the parser trips over itself and throws what it does not document; the input is just as broken.
            faults.Add("", $"is not YAML: {e.Message}", (int)(parser.Current?.End.Line ?? 0), (int)(parser.Current?.End.Column ?? 0));
        }
        return Cut();
    }

    private void ReadDocument(int start)
    {
        parser.MoveNext();
        var root = Node("");
        if (!stopped && root is not ScalarNode { Kind: ScalarKind.Null })
            read.Add((root, start));
    }

    private bool Next() => !stopped && parser.MoveNext();

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
                stopped = true;
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
        while (Next() && parser.Current is not SequenceEnd)
            items.Add(Node(FieldPath.Of(path, items.Count)));
        depth--;
        return new SequenceNode(line, column, items);
    }

    private MappingNode Mapping(string path, int line, int column)
    {
        var entries = new MappingEntries(path, faults);
        depth++;
        while (Next() && parser.Current is not MappingEnd)
        {
            var key = Node(path);
            if (!Next())
                break;
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

    /// <summary>Comments before the first document are its own; those between two belong to the first of them.</summary>
    private List<Document> Cut()
    {
        var documents = new List<Document>();
        for (var i = 0; i < read.Count; i++)
        {
            var end = i < ends.Count ? ends[i] : text.Length;
            documents.Add(new Document(read[i].Root, bytes[Bytes(read[i].Start)..Bytes(end)]));
        }
        return documents;
    }

    private int Bytes(int chars) => Encoding.UTF8.GetByteCount(text.AsSpan(0, chars));

    private void AddSyntax(YamlException e)
    {
        var (line, column) = ((int)e.Start.Line, (int)e.Start.Column);
        var reason = e.Message;
        // The parser names the place where the mapping began; the tab is what has to be found.
        if (reason.Contains("tab", StringComparison.Ordinal) && TabIndent(line) is { } tab)
            (line, column, reason) = (tab.Line, tab.Column, "lines are indented with spaces, found a tab");
        faults.Add("", $"is not YAML: {reason}", line, column);
    }

    private (int Line, int Column)? TabIndent(int fromLine)
    {
        var line = 0;
        foreach (var one in text.AsSpan().EnumerateLines())
        {
            var indent = one[..(one.Length - one.TrimStart(" \t").Length)];
            if (++line >= fromLine && indent.IndexOf('\t') is >= 0 and var at)
                return (line, at + 1);
        }
        return null;
    }
}
