using System.Net.Sockets;

namespace Docker.Http;

/// <summary>
/// Where an Engine listens, and how to get a connection to it. A further transport (TCP, TLS) is a further case in
/// <see cref="Parse"/> and a stream from <see cref="ConnectAsync"/>; nothing else knows what carries the HTTP.
/// </summary>
internal abstract record EngineAddress
{
    /// <summary>Reads `unix:///path` or `/path`; throws <see cref="ArgumentException"/> for anything else.</summary>
    public static EngineAddress Parse(string address)
    {
        const string unix = "unix://";
        var path = address.StartsWith(unix, StringComparison.OrdinalIgnoreCase) ? address[unix.Length..] : address;
        return path.StartsWith('/')
            ? new UnixSocket(path)
            : throw new ArgumentException(
                $"'{address}' is no address of a Docker Engine: expected unix:///path/of/the.sock", nameof(address));
    }

    public abstract Task<Stream> ConnectAsync(CancellationToken cancellation);

    private sealed record UnixSocket(string Path) : EngineAddress
    {
        public override async Task<Stream> ConnectAsync(CancellationToken cancellation)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw new IOException($"cannot connect to {Path}: {e.Message}", e);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public override string ToString() => "unix://" + Path;
    }
}
