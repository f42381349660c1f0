using System.Threading.Channels;
using Etcd.Grpc;
using Etcd.Wire;
using Pb = Etcd.Protos;

namespace Etcd.Watching;

/// <summary>
/// Many watches on one stream. A lost stream is opened anew with backoff, and every watch goes on behind the last revision
/// that it has seen. Runs while there are watches.
/// </summary>
/// <param name="readStoreRevision">A linearizable read of the store's revision.</param>
internal sealed class WatchHub(GrpcChannel channel, EtcdClientOptions options, Func<CancellationToken, Task<long>> readStoreRevision)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, WatchSubscription> _watches = [];
    private readonly Queue<long> _unconfirmed = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Backoff _backoff = new(options);
    private Channel<Pb.WatchRequest>? _outbound;
    private long _lastId;
    private bool _isRunning;
    private bool _isDisposed;
    private Task _running = Task.CompletedTask;

    public WatchSubscription Subscribe(WatchQuery query)
    {
        var watch = new WatchSubscription(query);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Register_NeedsLock(watch);
            if (!_isRunning)
            {
                _isRunning = true;
                _running = Task.Run(RunAsync);
            }
        }
        return watch;
    }

    public void Unsubscribe(WatchSubscription watch)
    {
        lock (_gate)
        {
            if (_watches.Remove(watch.Id))
                _outbound?.Writer.TryWrite(new Pb.WatchRequest { CancelRequest = new Pb.WatchCancelRequest { WatchId = watch.Id } });
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_gate)
        {
            _isDisposed = true;
            running = _running;
        }
        _stopping.Cancel();
        await running.ConfigureAwait(false);
        FailAll(new ObjectDisposedException(nameof(EtcdClient)));
    }

    private async Task RunAsync()
    {
        while (IsWanted())
        {
            try
            {
                await ServeOneStreamAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
            }
            catch (GrpcException e) when (EtcdErrors.From(e) is not EtcdUnavailableException)
            {
                FailAll(EtcdErrors.From(e));
            }
            catch (Exception e) when (e is GrpcException or EtcdUnavailableException)
            {
                // The connection is lost: the watches stay, and go on with the next stream.
            }
            catch (Exception e)
            {
                FailAll(new EtcdException("the watch stream failed", e));
            }
            await Task.Delay(_backoff.Next(), options.Time, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsWanted()
    {
        lock (_gate)
            return _isRunning = _watches.Count > 0 && !_isDisposed;
    }

    private async Task ServeOneStreamAsync()
    {
        // etcd ends a stream that asks for it once its member has lost the leader; it would go silent instead.
        var call = channel.Open(EtcdMethods.Watch, ("hasleader", "true"));
        await using var _ = call.ConfigureAwait(false);
        using var abort = _stopping.Token.UnsafeRegister(static call => ((GrpcDuplexCall<Pb.WatchResponse>)call!).Abort(), call);
        var outbound = Channel.CreateUnbounded<Pb.WatchRequest>(new UnboundedChannelOptions { SingleReader = true });
        RegisterAll(outbound);
        var writing = WriteAllAsync(call, outbound.Reader);
        // etcd answers a creation at once: a stream that stays silent after it was opened is dead, whatever the connection says.
        using var patience = new CancellationTokenSource(options.CallDeadline, options.Time);
        using var silent = patience.Token.UnsafeRegister(static call => ((GrpcDuplexCall<Pb.WatchResponse>)call!).Abort(), call);
        try
        {
            while (true)
            {
                var response = await call.ReadAsync().ConfigureAwait(false);
                _backoff.Reset();
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                await HandleAsync(response).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_gate)
                _outbound = null;
            outbound.Writer.TryComplete();
            call.Abort();
            await writing.ConfigureAwait(false);
        }
    }

    private static async Task WriteAllAsync(GrpcDuplexCall<Pb.WatchResponse> call, ChannelReader<Pb.WatchRequest> requests)
    {
        try
        {
            await foreach (var request in requests.ReadAllAsync().ConfigureAwait(false))
                await call.WriteAsync(request).ConfigureAwait(false);
        }
        catch (GrpcException)
        {
            // What cannot be written on will not be answered either; the reader gives the reason.
            call.Abort();
        }
    }

    private async ValueTask HandleAsync(Pb.WatchResponse response)
    {
        WatchSubscription? watch;
        lock (_gate)
        {
            // Creations are answered in their order; a refused one may come without its id.
            var id = response.Created && _unconfirmed.TryDequeue(out var oldest) ? oldest : response.WatchId;
            _watches.TryGetValue(id, out watch);
            if (response.Canceled)
                _watches.Remove(id);
        }
        if (watch is null)
            return; // its reader left in the meantime
        if (response.CompactRevision > 0)
            watch.Fail(new EtcdCompactedException(response.CompactRevision));
        else if (response.Canceled)
            watch.Fail(EtcdErrors.FromCancelReason(response.CancelReason));
        else if (!response.Created)
            watch.Accept(response);
        else if (await FindLostHistoryAsync(watch, response.Header.Revision).ConfigureAwait(false) is { } lost)
            FailAndCancel(watch, lost);
        else
            watch.Confirm(response.Header.Revision);
    }

    /// <summary>
    /// A store that was restored from a backup is behind what this watch has seen. etcd would wait in silence until it has
    /// come that far again, and every change until then would be missed.
    /// </summary>
    private async ValueTask<EtcdException?> FindLostHistoryAsync(WatchSubscription watch, long memberRevision)
    {
        var seen = watch.NextRevision - 1;
        if (seen <= memberRevision)
            return null;
        // A member that lags behind the others says the same: ask the store as a whole.
        var revision = await readStoreRevision(_stopping.Token).ConfigureAwait(false);
        return seen <= revision
            ? null
            : new EtcdCompactedException($"the store is at revision {revision}, before revision {seen} that was seen: it was restored; list anew");
    }

    private void FailAndCancel(WatchSubscription watch, EtcdException why)
    {
        Unsubscribe(watch);
        watch.Fail(why);
    }

    private void RegisterAll(Channel<Pb.WatchRequest> outbound)
    {
        lock (_gate)
        {
            _outbound = outbound;
            _unconfirmed.Clear();
            WatchSubscription[] watches = [.. _watches.OrderBy(w => w.Key).Select(w => w.Value)];
            _watches.Clear();
            foreach (var watch in watches)
                Register_NeedsLock(watch);
        }
    }

    private void Register_NeedsLock(WatchSubscription watch)
    {
        watch.Id = ++_lastId;
        _watches.Add(watch.Id, watch);
        if (_outbound is null)
            return; // the next stream begins with it
        _unconfirmed.Enqueue(watch.Id);
        _outbound.Writer.TryWrite(new Pb.WatchRequest { CreateRequest = watch.NewRequest() });
    }

    private void FailAll(Exception why)
    {
        WatchSubscription[] watches;
        lock (_gate)
        {
            watches = [.. _watches.Values];
            _watches.Clear();
        }
        foreach (var watch in watches)
            watch.Fail(why);
    }
}
