using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Docker.Http;

namespace Docker.Wire;

/// <summary>
/// A container's output as the Engine sends it. Without a terminal: frames of an 8-byte header (stream, three zeros,
/// length, big-endian) and that many bytes. With one: just the bytes, all of them stdout.
/// </summary>
internal static class LogFrames
{
    private const int HeaderBytes = 8;

    // A longer frame is given in pieces, so that neither Docker nor a garbled header decides how much memory is used.
    private const int LongestChunkBytes = 64 * 1024;

    // What the Engine itself has to say when it cannot go on.
    private const byte SystemError = 3;

    public static async IAsyncEnumerable<LogChunk> FramedAsync(AnswerStream stream)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await reader.ReadAtLeastAsync(HeaderBytes).ConfigureAwait(false);
                if (read.Buffer.IsEmpty)
                    yield break;
                if (read.Buffer.Length < HeaderBytes)
                    throw stream.Deadline.Garbled("the log stream ends in the middle of a frame");
                var (kind, left) = Header(read.Buffer, stream.Deadline);
                reader.AdvanceTo(read.Buffer.GetPosition(HeaderBytes));

                while (left > 0)
                {
                    var length = (int)Math.Min(left, LongestChunkBytes);
                    read = await reader.ReadAtLeastAsync(length).ConfigureAwait(false);
                    if (read.Buffer.Length < length)
                        throw stream.Deadline.Garbled("the log stream ends in the middle of a frame");
                    var data = read.Buffer.Slice(0, length).ToArray();
                    reader.AdvanceTo(read.Buffer.GetPosition(length));
                    left -= (uint)length;
                    if (kind == SystemError)
                        throw stream.Deadline.Refusal(Encoding.UTF8.GetString(data).Trim(), 500);
                    yield return new LogChunk(kind == 2 ? LogStream.Stderr : LogStream.Stdout, data);
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    public static async IAsyncEnumerable<LogChunk> RawAsync(AnswerStream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
                yield return new LogChunk(LogStream.Stdout, buffer.AsSpan(0, read).ToArray());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (byte Kind, uint Length) Header(ReadOnlySequence<byte> buffer, Deadline deadline)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] > SystemError || header[1] != 0 || header[2] != 0 || header[3] != 0)
            throw deadline.Garbled($"the log stream has a frame header that cannot be: {Convert.ToHexString(header)}");
        return (header[0], BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
    }
}
