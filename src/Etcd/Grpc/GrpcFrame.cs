using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Etcd.Grpc;

/// <summary>gRPC's framing: one byte that says whether the message is compressed, four of length (big-endian), the message.</summary>
internal static class GrpcFrame
{
    private const int PrefixLength = 5;

    /// <summary>Far above what etcd sends (a page of 1.5 MiB values), far below what would hurt.</summary>
    private const uint MaxMessageLength = 1 << 30;

    public static byte[] Encode(IMessage message)
    {
        var length = message.CalculateSize();
        var frame = new byte[PrefixLength + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)length);
        message.WriteTo(frame.AsSpan(PrefixLength));
        return frame;
    }

    /// <summary>The next message; null where the stream ends cleanly between two messages.</summary>
    public static async ValueTask<T?> ReadAsync<T>(Stream body, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var got = await body.ReadAtLeastAsync(buffer.AsMemory(0, PrefixLength), PrefixLength, false, cancellation).ConfigureAwait(false);
            if (got == 0)
                return null;
            if (got < PrefixLength)
                throw new EndOfStreamException("the connection ended within a message");
            var length = Length(buffer);
            if (length > buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(length);
            }
            await body.ReadExactlyAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
            return parser.ParseFrom(buffer.AsSpan(0, length));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcException(GrpcStatus.Internal, "the answer is not the message that was expected", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Length(ReadOnlySpan<byte> prefix)
    {
        if (prefix[0] != 0)
            throw new GrpcException(GrpcStatus.Internal, "the answer is compressed, which was not asked for");
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= MaxMessageLength
            ? (int)length
            : throw new GrpcException(GrpcStatus.Internal, $"the answer is {length} bytes long, more than {MaxMessageLength}");
    }
}
