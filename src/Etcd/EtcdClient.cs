using System.Runtime.CompilerServices;
using Etcd.Grpc;
using Etcd.Watching;
using Etcd.Wire;
using Google.Protobuf;
using Pb = Etcd.Protos;

namespace Etcd;

/// <summary>
/// etcd v3 over gRPC (3.4 or later: watch ids are ours). Safe for use by many callers at once. Reads are tried again until
/// their deadline; writes never: after <see cref="EtcdUnavailableException"/> the caller reads back what became of it.
/// </summary>
public sealed class EtcdClient : IEtcd, IAsyncDisposable
{
    private readonly EtcdClientOptions _options;
    private readonly GrpcChannel _channel;
    private readonly WatchHub _watches;

    public EtcdClient(EtcdClientOptions options)
    {
        _options = options;
        _channel = new GrpcChannel(options);
        _watches = new WatchHub(_channel, options, ReadStoreRevisionAsync);
    }

    public async Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default) =>
        Messages.Read(await ReadAsync(Messages.Write(query), cancellation).ConfigureAwait(false));

    public async Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default) =>
        Messages.Read(await CallAsync(EtcdMethods.Txn, Messages.Write(txn), _options.CallDeadline, cancellation).ConfigureAwait(false));

    public async IAsyncEnumerable<WatchBatch> WatchAsync(WatchQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var watch = _watches.Subscribe(query);
        try
        {
            await foreach (var batch in watch.Batches.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return batch;
        }
        finally
        {
            _watches.Unsubscribe(watch);
        }
    }

    public async Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        var request = new Pb.LeaseGrantRequest { Ttl = (long)Math.Ceiling(ttl.TotalSeconds) };
        var granted = await CallAsync(EtcdMethods.LeaseGrant, request, _options.CallDeadline, cancellation).ConfigureAwait(false);
        return granted.Error.Length == 0
            ? new LeaseGrant(granted.Id, TimeSpan.FromSeconds(granted.Ttl))
            : throw new EtcdException(granted.Error);
    }

    public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default)
    {
        // A stream of one request each: no renewal waits behind another, and each has its own deadline.
        var request = new Pb.LeaseKeepAliveRequest { Id = leaseId };
        var renewed = await CallAsync(EtcdMethods.LeaseKeepAlive, request, _options.CallDeadline, cancellation).ConfigureAwait(false);
        return TimeSpan.FromSeconds(Math.Max(0, renewed.Ttl));
    }

    public async Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default)
    {
        try
        {
            var request = new Pb.LeaseRevokeRequest { Id = leaseId };
            await CallAsync(EtcdMethods.LeaseRevoke, request, _options.CallDeadline, cancellation).ConfigureAwait(false);
        }
        catch (EtcdLeaseNotFoundException)
        {
            // Gone already, which is what was asked for.
        }
    }

    public async Task CompactAsync(long revision, CancellationToken cancellation = default)
    {
        try
        {
            var request = new Pb.CompactionRequest { Revision = revision };
            await CallAsync(EtcdMethods.Compact, request, _options.CallDeadline, cancellation).ConfigureAwait(false);
        }
        catch (EtcdCompactedException)
        {
            // Compacted that far already, perhaps by another leader.
        }
    }

    /// <summary>Ends all watches with <see cref="ObjectDisposedException"/>, and the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watches.DisposeAsync().ConfigureAwait(false);
        _channel.Dispose();
    }

    private async Task<long> ReadStoreRevisionAsync(CancellationToken cancellation)
    {
        var request = new Pb.RangeRequest { Key = ByteString.CopyFrom(0), CountOnly = true };
        return (await ReadAsync(request, cancellation).ConfigureAwait(false)).Header.Revision;
    }

    private async Task<Pb.RangeResponse> ReadAsync(Pb.RangeRequest request, CancellationToken cancellation)
    {
        var begun = _options.Time.GetTimestamp();
        var backoff = new Backoff(_options);
        while (true)
        {
            TimeSpan wait;
            try
            {
                var left = _options.CallDeadline - _options.Time.GetElapsedTime(begun);
                var deadline = left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
                return await CallAsync(EtcdMethods.Range, request, deadline, cancellation).ConfigureAwait(false);
            }
            catch (EtcdUnavailableException)
            {
                wait = backoff.Next();
                if (_options.Time.GetElapsedTime(begun) + wait >= _options.CallDeadline)
                    throw;
            }
            await Task.Delay(wait, _options.Time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<T> CallAsync<T>(GrpcMethod<T> method, IMessage request, TimeSpan deadline, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        try
        {
            return await _channel.CallAsync(method, request, deadline, cancellation).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            throw EtcdErrors.From(e);
        }
    }
}
