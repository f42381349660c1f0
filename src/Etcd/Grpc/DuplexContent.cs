using System.Net;

namespace Etcd.Grpc;

/// <summary>A request body that stays open: it hands its stream out, and ends when told.</summary>
internal sealed class DuplexContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The stream, once the request is on its way.</summary>
    public Task<Stream> Opened => _opened.Task;

    public void End()
    {
        _opened.TrySetCanceled();
        _ended.TrySetResult();
    }

    public void Fail(Exception cause)
    {
        if (_opened.TrySetException(cause))
            _ = _opened.Task.Exception; // whoever writes sees it; if nobody does, the reader has it too
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The handler sends a request again on a new connection when the server says that it did not look at it. What was
        // written is gone then, so whoever opened this call has to begin again.
        if (!_opened.TrySetResult(stream))
            throw new IOException("the stream cannot be sent a second time");
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }
}
