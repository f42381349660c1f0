using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Testing;

namespace Docker.Tests;

/// <summary>
/// Answers on a unix socket with exactly the bytes it is given, in pieces of a chosen size, and closes: for what no real
/// Engine can be brought to say.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, byte[]> _answer;
    private readonly int _pieceBytes;
    private readonly Task _serving;

    public FakeEngine(byte[] answer, int pieceBytes = int.MaxValue)
        : this(request => request.Contains("/_ping") ? Http(200, "OK", "Api-Version: 1.41") : answer, pieceBytes)
    {
    }

    /// <summary>An answer down to its status line; the version is negotiated as usual.</summary>
    public FakeEngine(string raw)
        : this(Encoding.ASCII.GetBytes(raw))
    {
    }

    public FakeEngine(Func<string, byte[]> answer, int pieceBytes = int.MaxValue)
    {
        _answer = answer;
        _pieceBytes = pieceBytes;
        _listener.Bind(new UnixDomainSocketEndPoint(_directory["docker.sock"]));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>First lines, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public DockerEngineOptions Options => new() { Address = "unix://" + _directory["docker.sock"] };

    public static byte[] Http(int status, string body, params string[] headers) =>
        Http(status, Encoding.UTF8.GetBytes(body), headers);

    public static byte[] Http(int status, byte[] body, params string[] headers) =>
    [
        .. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Status\r\n{string.Concat(headers.Select(h => h + "\r\n"))}" +
            $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
        .. body,
    ];

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await _listener.AcceptAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using var connection = client;
        try
        {
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await client.ReceiveAsync(buffer);
                if (read == 0)
                    return;
                head.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
            var line = head.ToString().Split("\r\n")[0];
            Requests.Enqueue(line);
            foreach (var piece in _answer(line).Chunk(_pieceBytes))
                await client.SendAsync(piece);
            client.Shutdown(SocketShutdown.Send);
            // Closing with a request's body unread would reset what was just sent.
            while (await client.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The client had seen enough.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
        _directory.Dispose();
    }
}
