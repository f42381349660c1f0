using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Docker.Http;

namespace Docker.Wire;

/// <summary>A stream of JSON values, one a line, each given as soon as its line is there.</summary>
internal static class JsonLines
{
    private const int LongestLineBytes = 1024 * 1024;

    public static async IAsyncEnumerable<T> ReadAsync<T>(AnswerStream stream, JsonTypeInfo<T> type)
        where T : class
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            ReadResult read;
            do
            {
                read = await reader.ReadAsync().ConfigureAwait(false);
                var rest = read.Buffer;
                while (NextLine(ref rest, read.IsCompleted) is { } line)
                {
                    if (Parse(line, type, stream.Deadline) is { } value)
                        yield return value;
                }
                if (rest.Length > LongestLineBytes)
                    throw stream.Deadline.Garbled($"Docker sent a line of more than {LongestLineBytes} bytes");
                reader.AdvanceTo(rest.Start, rest.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static ReadOnlySequence<byte>? NextLine(ref ReadOnlySequence<byte> rest, bool last)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }
        if (!last || rest.IsEmpty)
            return null;
        var remainder = rest;
        rest = rest.Slice(rest.End);
        return remainder;
    }

    private static T? Parse<T>(ReadOnlySequence<byte> line, JsonTypeInfo<T> type, Deadline deadline)
        where T : class
    {
        if (IsBlank(line))
            return null;
        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize(ref json, type);
        }
        catch (JsonException e)
        {
            throw deadline.Translate(e);
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
                return false;
        }
        return true;
    }
}
