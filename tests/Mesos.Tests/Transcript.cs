using System.Text;

namespace Mesos.Tests;

/// <summary>Recorded bytes, copied beside the tests.</summary>
internal static class Transcript
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Transcripts");

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Root, path));

    /// <summary>Paths of the files whose names end so, sorted.</summary>
    public static IEnumerable<string> All(string ending) =>
        Directory.EnumerateFiles(Root, "*" + ending, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal);

    /// <summary>The records of an event stream.</summary>
    public static IReadOnlyList<byte[]> Records(string path)
    {
        using var reader = new RecordIOReader(new MemoryStream(Bytes(path)));
        var records = new List<byte[]>();
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } record)
            records.Add(record.ToArray());
        return records;
    }

    /// <summary>What follows the blank line of a request or an answer.</summary>
    public static byte[] Body(string path)
    {
        var bytes = Bytes(path);
        return bytes[(bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
    }

    public static string Text(string path) => Encoding.UTF8.GetString(Body(path));
}
