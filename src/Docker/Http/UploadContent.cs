using System.Buffers;
using System.Net;

namespace Docker.Http;

/// <summary>Sends a stream, and counts the deadline anew with each piece: a long upload is no fault as long as it moves.</summary>
internal sealed class UploadContent(Stream source, Deadline deadline, TimeSpan idleTimeout) : HttpContent
{
    private const int PieceBytes = 64 * 1024;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int read;
            while ((read = await source.ReadAsync(piece, deadline.Token).ConfigureAwait(false)) > 0)
            {
                await stream.WriteAsync(piece.AsMemory(0, read), deadline.Token).ConfigureAwait(false);
                deadline.Restart(idleTimeout);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
