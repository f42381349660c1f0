using System.Buffers.Text;
using Google.Protobuf;

namespace Mesos;

/// <summary>Puts records into RecordIO framing: a decimal length, a newline, the bytes.</summary>
public static class RecordIOWriter
{
    /// <summary>The record with its frame. An empty one is an error: Mesos' readers refuse a length of 0.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> record)
    {
        var framed = Allocate(record.Length, out var header);
        record.CopyTo(framed.AsSpan(header));
        return framed;
    }

    /// <summary>The message in protobuf's binary form, with its frame.</summary>
    public static byte[] Frame(IMessage message)
    {
        var framed = Allocate(message.CalculateSize(), out var header);
        message.WriteTo(framed.AsSpan(header));
        return framed;
    }

    private static byte[] Allocate(int length, out int header)
    {
        ArgumentOutOfRangeException.ThrowIfZero(length);
        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(length, digits, out header);
        digits[header++] = (byte)'\n';
        var framed = new byte[header + length];
        digits[..header].CopyTo(framed);
        return framed;
    }
}
