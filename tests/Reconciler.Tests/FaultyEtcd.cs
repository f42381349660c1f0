using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Etcd;

namespace Reconciler.Tests;

internal enum Fault
{
    /// <summary>The call never reached etcd.</summary>
    Lost,
    /// <summary>It took effect; its reply was lost.</summary>
    ReplyLost,
}

/// <summary>A real etcd behind a bad line: what happens to a transaction is the test's choice. Counts them.</summary>
internal sealed class FaultyEtcd(IEtcd inner) : IEtcd
{
    private readonly ConcurrentQueue<Txn> _txns = new();

    /// <summary>Null: nothing befalls it.</summary>
    public Func<Txn, Fault?> OnTxn { get; set; } = static _ => null;
    public Func<RangeQuery, Fault?> OnRange { get; set; } = static _ => null;
    public bool KeepAliveFails { get; set; }
    public ConcurrentQueue<long> Leases { get; } = [];
    public IReadOnlyCollection<Txn> Txns => _txns;

    /// <summary>The first transaction that puts a key like this one meets the fault, once.</summary>
    public void Once(string keyPart, Fault fault)
    {
        var left = 1;
        OnTxn = txn => txn.Then.Any(op => op.Kind != OpKind.Get && op.Key.Contains(keyPart, StringComparison.Ordinal)) && left-- > 0 ? fault : null;
    }

    public async Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default)
    {
        _txns.Enqueue(txn);
        var fault = OnTxn(txn);
        if (fault == Fault.Lost)
            throw new EtcdUnavailableException("lost");
        var result = await inner.TxnAsync(txn, cancellation);
        return fault is null ? result : throw new EtcdUnavailableException("the reply was lost");
    }

    public Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default) =>
        OnRange(query) is null ? inner.RangeAsync(query, cancellation) : throw new EtcdUnavailableException("lost");

    public async IAsyncEnumerable<WatchBatch> WatchAsync(WatchQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var batch in inner.WatchAsync(query, cancellation))
            yield return batch;
    }

    public async Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default)
    {
        var lease = await inner.GrantLeaseAsync(ttl, cancellation);
        Leases.Enqueue(lease.Id);
        return lease;
    }

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default) =>
        KeepAliveFails ? throw new EtcdUnavailableException("lost") : inner.KeepLeaseAliveAsync(leaseId, cancellation);

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default) => inner.RevokeLeaseAsync(leaseId, cancellation);
    public Task CompactAsync(long revision, CancellationToken cancellation = default) => inner.CompactAsync(revision, cancellation);
}
