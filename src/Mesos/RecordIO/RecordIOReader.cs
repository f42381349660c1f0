using System.Buffers;

namespace Mesos;

/// <summary>
/// Takes the records out of a RecordIO stream: a decimal length, a newline, that many bytes, and again. How the bytes
/// are cut into reads does not matter, one at a time will do. Not for use by two readers at once.
/// </summary>
/// <param name="stream">Not disposed here.</param>
/// <param name="maxRecordBytes">A longer record is refused before any of it is read.</param>
public sealed class RecordIOReader(Stream stream, int maxRecordBytes = RecordIOReader.DefaultMaxRecordBytes) : IDisposable
{
    /// <summary>Mesos itself has no limit; events of 42 MB have been seen.</summary>
    public const int DefaultMaxRecordBytes = 128 << 20;

    private const int SmallBuffer = 16 << 10;
    private const int KeptBuffer = 1 << 20;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int start;
    private int end;

    /// <summary>
    /// The next record, valid until the next call; null where the stream ended between two records.
    /// Throws <see cref="MesosException"/> for a broken length or an end in mid-record, after which the reader is of no more use.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        ShrinkWhenEmpty();
        int newline;
        while ((newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) < 0)
        {
            // Digits that are wrong or too many are refused without waiting for a newline that may never come.
            ParseLength(buffer.AsSpan(start, end - start), complete: false);
            if (await FillAsync(cancellation).ConfigureAwait(false))
                continue;
            return start == end ? null : throw new MesosException("the stream ended in the middle of a record's length");
        }
        var length = ParseLength(buffer.AsSpan(start, newline), complete: true);
        start += newline + 1;
        while (end - start < length)
        {
            if (!await FillAsync(cancellation).ConfigureAwait(false))
                throw new MesosException($"the stream ended in the middle of a record, {end - start} of {length} bytes in");
        }
        var record = buffer.AsMemory(start, length);
        start += length;
        return record;
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        start = end = 0;
    }

    private int ParseLength(ReadOnlySpan<byte> digits, bool complete)
    {
        if (digits.IsEmpty && complete)
            throw new MesosException("a record without a length");
        // No length but 0 itself starts with one, and 0 there is none: so a row of them need not be read to its end.
        if (!digits.IsEmpty && digits[0] == (byte)'0')
            throw new MesosException("a record's length starts with 0");
        long length = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                throw new MesosException($"a record's length holds the byte 0x{digit:x2}, which is no digit");
            length = length * 10 + (digit - '0');
            if (length > maxRecordBytes)
                throw new MesosException($"a record's length is above the {maxRecordBytes} bytes allowed");
        }
        return (int)length;
    }

    /// <summary>Reads once, at the end of what is there; false at the end of the stream.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (end == buffer.Length)
            MakeRoom();
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation).ConfigureAwait(false);
        end += read;
        return read > 0;
    }

    /// <summary>The buffer doubles as bytes arrive, so that a length that is announced and never sent costs nothing.</summary>
    private void MakeRoom()
    {
        var kept = end - start;
        if (kept > buffer.Length / 2)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(start, kept).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        else
        {
            buffer.AsSpan(start, kept).CopyTo(buffer);
        }
        start = 0;
        end = kept;
    }

    /// <summary>One huge record must not hold its memory for the life of the stream.</summary>
    private void ShrinkWhenEmpty()
    {
        if (start < end)
            return;
        start = end = 0;
        if (buffer.Length <= KeptBuffer)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    }
}
