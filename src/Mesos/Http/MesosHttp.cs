using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Mesos.Http;

/// <summary>
/// One TCP connection's worth of HTTP to a master or agent: a handler of its own, so that a stream and the calls never
/// share a connection, and nothing on the wire that Mesos does not expect (no 100-continue, compression, cookies, proxies
/// or tracing headers).
/// </summary>
internal sealed class MesosHttp : IDisposable
{
    public const string StreamIdHeader = "Mesos-Stream-Id";
    private const int MaxErrorBytes = 16 << 10;
    private static readonly MediaTypeHeaderValue Protobuf = new("application/x-protobuf");

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = 1,
        // An abandoned event stream is closed, not drained: Mesos sees only then that its subscriber has gone.
        MaxResponseDrainSize = 0,
        ConnectCallback = ConnectAsync,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Where the bearer token of an executor goes; none is sent while null.</summary>
    public string? BearerToken { get; init; }

    /// <summary>How many 307 are followed. Masters that do not lead send them.</summary>
    public int MaxRedirects { get; init; }

    /// <summary>
    /// Posts until something other than a redirect answers. The answer's head is there, its body is not read; its
    /// RequestMessage tells where it came from. Throws <see cref="MesosException"/> for redirects that lead nowhere.
    /// </summary>
    public async Task<HttpResponseMessage> PostAsync(Uri uri, byte[] body, string? streamId, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = NewRequest(uri, body, streamId);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.TemporaryRedirect || MaxRedirects == 0)
                return response;
            using (response)
            {
                var target = Target(uri, response) ?? throw new MesosException($"{uri} redirects, but does not say where to", 307);
                if (redirects == MaxRedirects)
                    throw new MesosException($"{uri} redirects to {target}, after {redirects} redirects before it", 307);
                uri = target;
            }
        }
    }

    /// <summary>The refusal that an answer holds: status and what its body says.</summary>
    public static async Task<MesosException> RefusalAsync(HttpResponseMessage response, string what, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var bytes = new byte[MaxErrorBytes];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        var text = System.Text.Encoding.UTF8.GetString(bytes, 0, length).Trim();
        var status = (int)response.StatusCode;
        return new MesosException(text.Length == 0 ? $"{what}: {status}" : $"{what}: {status}: {text}", status);
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage NewRequest(Uri uri, byte[] body, string? streamId)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Protobuf;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Protobuf.MediaType!));
        request.Headers.ExpectContinue = false;
        if (streamId is not null)
            request.Headers.Add(StreamIdHeader, streamId);
        if (BearerToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BearerToken);
        return request;
    }

    /// <summary>Masters send `//host:port/path`, which <see cref="Uri"/> takes for a file on Unix: so the text is read, not the parsed header.</summary>
    private static Uri? Target(Uri from, HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values))
            return null;
        var location = values.ToString();
        if (location.StartsWith("//", StringComparison.Ordinal))
            location = $"{from.Scheme}:{location}";
        else if (location.StartsWith('/'))
            location = from.GetLeftPart(UriPartial.Authority) + location;
        return Uri.TryCreate(location, UriKind.Absolute, out var target) && target.Scheme is "http" or "https" ? target : null;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A machine that vanished says nothing; an agent's heartbeat is 30 minutes apart. This notices within a minute.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
