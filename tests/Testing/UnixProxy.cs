using System.Net.Sockets;
using System.Text;

namespace Testing;

public enum ProxyFault
{
    /// <summary>Passes everything on.</summary>
    None,

    /// <summary>Takes the request and lets nothing through, ever: a half-open peer.</summary>
    Hang,

    /// <summary>Passes the request on, and never its reply.</summary>
    HangReply,

    /// <summary>Passes the request on, and closes where the reply should begin: lost after success.</summary>
    LoseReply,

    /// <summary>Passes the request on, and closes after <see cref="UnixProxy.ReplyBytes"/> bytes of the reply.</summary>
    TruncateReply,

    /// <summary>Closes before the server has seen the request.</summary>
    Reset,
}

/// <summary>
/// Stands on a unix socket before another one and injects faults, chosen for each HTTP request by its first line
/// (`POST /v1.41/containers/create?name=x HTTP/1.1`).
/// </summary>
public sealed class UnixProxy : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _target;
    private readonly Task _accepting;
    private bool _disposed;

    public UnixProxy(string target)
    {
        _target = target;
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(128);
        _accepting = AcceptAsync();
    }

    public string Path => _directory["proxy.sock"];

    /// <summary>May be changed at any time; holds for requests that begin afterwards.</summary>
    public Func<string, ProxyFault> Decide { get; set; } = _ => ProxyFault.None;

    public int ReplyBytes { get; set; }

    /// <summary>How long each piece of a reply is held back.</summary>
    public TimeSpan ReplyDelay { get; set; }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_target), _stop.Token);
                var connection = new Connection(client, server);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var requests = RequestsAsync(connection, ended.Token);
                var replies = RepliesAsync(connection, ended.Token);
                await Task.WhenAny(requests, replies);
                await ended.CancelAsync();
                await Task.WhenAll(requests, replies);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Either side went away; closing both is what a proxy does then.
            }
        }
    }

    private async Task RequestsAsync(Connection connection, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await connection.Client.ReceiveAsync(buffer, cancellation)) > 0)
        {
            if (FirstLine(buffer.AsSpan(0, read)) is { } line)
                connection.Fault = Decide(line);
            if (connection.Fault == ProxyFault.Reset)
                return;
            if (connection.Fault != ProxyFault.Hang)
                await SendAllAsync(connection.Server, buffer.AsMemory(0, read), cancellation);
        }
    }

    private async Task RepliesAsync(Connection connection, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        var allowed = int.MaxValue;
        int read;
        while ((read = await connection.Server.ReceiveAsync(buffer, cancellation)) > 0)
        {
            switch (connection.Fault)
            {
                case ProxyFault.LoseReply:
                    return;
                case ProxyFault.HangReply:
                    continue;
                case ProxyFault.TruncateReply:
                    allowed = Math.Min(allowed, ReplyBytes);
                    read = Math.Min(read, allowed);
                    allowed -= read;
                    break;
            }
            if (ReplyDelay > TimeSpan.Zero)
                await Task.Delay(ReplyDelay, TimeProvider.System, cancellation);
            await SendAllAsync(connection.Client, buffer.AsMemory(0, read), cancellation);
            if (allowed == 0)
                return;
        }
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (data.Length > 0)
            data = data[await socket.SendAsync(data, cancellation)..];
    }

    /// <summary>A client begins each request with a write of its own; what is no request line belongs to the one before.</summary>
    private static string? FirstLine(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf("\r\n"u8);
        if (end < 0 || !data[..end].EndsWith(" HTTP/1.1"u8))
            return null;
        return Encoding.ASCII.GetString(data[..end]);
    }

    /// <summary>Breaks the connections that are open, and takes no more. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        _directory.Dispose();
    }

    private sealed class Connection(Socket client, Socket server)
    {
        private volatile ProxyFault _fault;

        public Socket Client => client;
        public Socket Server => server;
        public ProxyFault Fault { get => _fault; set => _fault = value; }
    }
}
