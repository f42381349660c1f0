using Google.Protobuf;

namespace Etcd.Grpc;

/// <summary>
/// An open call: one writer and one reader at a time, independent of each other. The server sends its headers with its first
/// message, so reading waits for what is written first. Faults are <see cref="GrpcException"/>.
/// </summary>
internal sealed class GrpcDuplexCall<TResponse> : IAsyncDisposable
    where TResponse : class, IMessage<TResponse>
{
    private readonly CancellationTokenSource _ended = new();
    private readonly HttpRequestMessage _request;
    private readonly DuplexContent _content;
    private readonly MessageParser<TResponse> _parser;
    private readonly Task<HttpResponseMessage> _response;
    private Stream? _body;

    public GrpcDuplexCall(HttpMessageInvoker http, HttpRequestMessage request, DuplexContent content, MessageParser<TResponse> parser)
    {
        _request = request;
        _content = content;
        _parser = parser;
        _response = SendAsync(http);
    }

    public async ValueTask WriteAsync(IMessage message)
    {
        try
        {
            var stream = await _content.Opened.WaitAsync(_ended.Token).ConfigureAwait(false);
            await stream.WriteAsync(GrpcFrame.Encode(message), _ended.Token).ConfigureAwait(false);
            await stream.FlushAsync(_ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLoss(e))
        {
            throw GrpcException.ConnectionLost(e);
        }
    }

    /// <summary>The next message. The end of the stream is an exception also where the server ended it with OK.</summary>
    public async ValueTask<TResponse> ReadAsync()
    {
        try
        {
            var response = await _response.ConfigureAwait(false);
            _body ??= await OpenBodyAsync(response).ConfigureAwait(false);
            if (await GrpcFrame.ReadAsync(_body, _parser, _ended.Token).ConfigureAwait(false) is { } message)
                return message;
            GrpcAnswer.ThrowIfFailed(response);
            throw new GrpcException(GrpcStatus.Unavailable, "the server ended the stream");
        }
        catch (Exception e) when (IsLoss(e))
        {
            throw GrpcException.ConnectionLost(e);
        }
    }

    /// <summary>Ends both directions; who reads or writes gets <see cref="GrpcStatus.Unavailable"/>.</summary>
    public void Abort() => _ended.Cancel();

    public async ValueTask DisposeAsync()
    {
        Abort();
        _content.End();
        try
        {
            (await _response.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (IsLoss(e))
        {
            // It never began; the reader has been told.
        }
        _request.Dispose();
        _ended.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http)
    {
        try
        {
            return await http.SendAsync(_request, _ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLoss(e))
        {
            _content.Fail(e);
            throw;
        }
    }

    private async Task<Stream> OpenBodyAsync(HttpResponseMessage response)
    {
        GrpcAnswer.ThrowIfRefused(response);
        return await response.Content.ReadAsStreamAsync(_ended.Token).ConfigureAwait(false);
    }

    private static bool IsLoss(Exception e) =>
        e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;
}
