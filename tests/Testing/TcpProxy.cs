using System.Net;
using System.Net.Sockets;

namespace Testing;

/// <summary>
/// Stands between a client and a server of this machine and does to their connections what networks do. Faults apply to the
/// connections that are open and to those that come.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Link, Task> _links = [];
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _stalled;
    private volatile bool _repliesAreLost;
    private long _delayTicks;
    private long? _replyBytesLeft;

    public TcpProxy(Uri target)
    {
        _target = new IPEndPoint(IPAddress.Loopback, target.Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect: http://127.0.0.1:port.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int OpenConnections
    {
        get
        {
            lock (_gate)
                return _links.Count;
        }
    }

    /// <summary>Every piece waits this long, in both directions.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Half-open: connections stay, and are still taken, but nothing is carried, not even their end.</summary>
    public void Stall() => _stalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends <see cref="Stall"/>; what waited goes on.</summary>
    public void Resume()
    {
        var stalled = _stalled;
        _stalled = null;
        stalled?.SetResult();
    }

    /// <summary>Resets (RST) every open connection on both sides.</summary>
    public void ResetConnections()
    {
        Link[] links;
        lock (_gate)
            links = [.. _links.Keys];
        foreach (var link in links)
            link.Reset();
    }

    /// <summary>Lets this many more bytes of replies through, then resets that connection; later ones are whole again.</summary>
    public void TruncateReplyAfter(long bytes)
    {
        lock (_gate)
            _replyBytesLeft = bytes;
    }

    /// <summary>
    /// Loses the reply of a call that succeeded: requests are carried, replies are swallowed until <paramref name="tookEffect"/>
    /// says that the server has done it; then the connections are reset. Later ones are whole again.
    /// </summary>
    public async Task LoseReplyAsync(Func<Task<bool>> tookEffect)
    {
        _repliesAreLost = true;
        try
        {
            await Eventually.TrueAsync("the request whose reply is to be lost took effect", tookEffect);
        }
        finally
        {
            ResetConnections();
            _repliesAreLost = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Resume();
        ResetConnections();
        Task[] links;
        lock (_gate)
            links = [.. _links.Values];
        await Task.WhenAll(links);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var link = new Link(client);
            lock (_gate)
                _links.Add(link, CarryAsync(link));
        }
    }

    private async Task CarryAsync(Link link)
    {
        await Task.Yield(); // AcceptAsync holds the lock
        try
        {
            await link.Server.ConnectAsync(_target, _stopping.Token);
            var there = PumpAsync(link.Client, link.Server, isReply: false);
            var back = PumpAsync(link.Server, link.Client, isReply: true);
            await Task.WhenAll(there, back);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The target is away, or one side has gone: the other must not wait for it.
        }
        finally
        {
            link.Reset();
            lock (_gate)
                _links.Remove(link);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isReply)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token);
                if (Delay is var delay && delay > TimeSpan.Zero)
                    await Task.Delay(delay, _stopping.Token);
                if (_stalled is { } stalled)
                    await stalled.Task.WaitAsync(_stopping.Token);
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
                if (isReply && _repliesAreLost)
                    continue;
                var (allowed, isCut) = isReply ? TakeReplyBytes(count) : (count, false);
                await SendAllAsync(to, buffer.AsMemory(0, allowed));
                if (isCut)
                    throw new SocketException((int)SocketError.ConnectionReset);
            }
        }
        catch
        {
            // One direction broke: break the other too, as a reset does.
            from.Close(0);
            to.Close(0);
            throw;
        }
    }

    private (int Allowed, bool IsCut) TakeReplyBytes(int count)
    {
        lock (_gate)
        {
            if (_replyBytesLeft is not { } left)
                return (count, false);
            _replyBytesLeft = left > count ? left - count : null;
            return ((int)Math.Min(left, count), left <= count);
        }
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await to.SendAsync(bytes, SocketFlags.None, _stopping.Token)..];
    }

    private sealed class Link(Socket client)
    {
        public Socket Client { get; } = Prepare(client);
        public Socket Server { get; } = Prepare(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

        public void Reset()
        {
            // Close with no time to linger sends RST.
            Client.Close(0);
            Server.Close(0);
        }

        private static Socket Prepare(Socket socket)
        {
            socket.NoDelay = true;
            return socket;
        }
    }
}
