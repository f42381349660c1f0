using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesos.Tests;

/// <summary>A request as it came over the wire, and which of the server's connections it came over (from 0).</summary>
internal sealed record RawRequest(int Connection, string Head, byte[] Body)
{
    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).SingleOrDefault();
}

/// <summary>
/// An HTTP server that knows no HTTP: it takes requests with a Content-Length apart, and answers with whatever bytes the
/// test writes. The connection is closed when the answer is done and the answerer says false.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<RawRequest, NetworkStream, Task<bool>> answer;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;

    public RawServer(Func<RawRequest, NetworkStream, Task<bool>> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Uri => new($"http://{listener.LocalEndpoint}");

    /// <summary>In order of arrival.</summary>
    public ConcurrentQueue<RawRequest> Requests { get; } = new();

    /// <summary>How many connections have come to their end, from either side.</summary>
    public int Ended => ended;

    private int ended;

    public static Task WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Takes what comes until the other side closes.</summary>
    public static Task UntilClosedAsync(NetworkStream stream) => stream.CopyToAsync(Stream.Null);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Stop();
        await Task.WhenAll(connections);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var number = 0; ; number++)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(closing.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            connections.Add(ServeAsync(number, client));
        }
    }

    private async Task ServeAsync(int number, TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            // Unblocks writes and reads when the test is over.
            await using var _ = closing.Token.Register(client.Close);
            try
            {
                while (await ReadRequestAsync(number, stream) is { } request)
                {
                    Requests.Enqueue(request);
                    if (!await answer(request, stream))
                        break;
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // The other side, or the test's end, closed it.
            }
        }
        Interlocked.Increment(ref ended);
    }

    private static async Task<RawRequest?> ReadRequestAsync(int number, NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || !bytes[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            bytes.Add(one[0]);
        }
        var request = new RawRequest(number, Encoding.ASCII.GetString([.. bytes]), []);
        var body = new byte[int.Parse(request.Header("Content-Length")!, System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return request with { Body = body };
    }
}
