using Google.Protobuf;

namespace Etcd.Grpc;

/// <summary>
/// gRPC on <see cref="SocketsHttpHandler"/>: HTTP/2 by prior knowledge over plain TCP. One connection, many calls; a lost
/// connection is made anew by the next call. Every fault is a <see cref="GrpcException"/>.
/// </summary>
internal sealed class GrpcChannel : IDisposable
{
    private readonly EtcdClientOptions _options;
    private readonly HttpMessageInvoker _http;

    public GrpcChannel(EtcdClientOptions options)
    {
        _options = options;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.CallDeadline,
            // A half-open connection looks well until somebody asks. etcd minds pings while no call is open, so only then.
            KeepAlivePingDelay = options.PingAfter,
            KeepAlivePingTimeout = options.PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // The watches of a whole cluster share one stream: let it run ahead of the window updates.
            InitialHttp2StreamWindowSize = 1 << 20,
        });
    }

    /// <summary>One message there, one back. Serves streaming methods too, where one request and one answer are meant.</summary>
    public async Task<T> CallAsync<T>(GrpcMethod<T> method, IMessage request, TimeSpan deadline, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        using var timeout = new CancellationTokenSource(deadline, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var message = NewRequest(method.Path, new ReadOnlyMemoryContent(GrpcFrame.Encode(request)));
            message.Headers.Add("grpc-timeout", $"{Math.Max(1, (long)deadline.TotalMilliseconds)}m");
            using var response = await _http.SendAsync(message, either.Token).ConfigureAwait(false);
            GrpcAnswer.ThrowIfRefused(response);
            var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var answer = await GrpcFrame.ReadAsync(body, method.Parser, either.Token).ConfigureAwait(false);
            // The status stands behind the message: read on to it.
            while (answer is not null && await GrpcFrame.ReadAsync(body, method.Parser, either.Token).ConfigureAwait(false) is not null)
            {
            }
            GrpcAnswer.ThrowIfFailed(response);
            return answer ?? throw new GrpcException(GrpcStatus.Internal, "the answer is empty");
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatus.DeadlineExceeded, $"no answer within {deadline.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw GrpcException.ConnectionLost(e);
        }
    }

    /// <summary>A call whose both directions stay open. <paramref name="metadata"/> is sent with it.</summary>
    public GrpcDuplexCall<T> Open<T>(GrpcMethod<T> method, params ReadOnlySpan<(string Name, string Value)> metadata)
        where T : class, IMessage<T>
    {
        var content = new DuplexContent();
        var message = NewRequest(method.Path, content);
        foreach (var (name, value) in metadata)
            message.Headers.Add(name, value);
        return new GrpcDuplexCall<T>(_http, message, content, method.Parser);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage NewRequest(string path, HttpContent content)
    {
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Endpoint, path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TryAddWithoutValidation("te", "trailers");
        return message;
    }
}
