using Etcd;

namespace Simulation.PlantedBugs;

/// <summary>Takes the fence out of every transaction.</summary>
internal sealed class UnfencedEtcd(IEtcd etcd, string leaderKey) : IEtcd
{
    public Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default) =>
        // The campaign itself puts the leader key, and stays as it is.
        etcd.TxnAsync(
            txn.Then.Any(op => op.Key == leaderKey) ? txn : txn with { If = [.. txn.If.Where(c => c.Key != leaderKey)] }, cancellation);

    public Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default) => etcd.RangeAsync(query, cancellation);

    public IAsyncEnumerable<WatchBatch> WatchAsync(WatchQuery query, CancellationToken cancellation = default) =>
        etcd.WatchAsync(query, cancellation);

    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default) => etcd.GrantLeaseAsync(ttl, cancellation);

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default) =>
        etcd.KeepLeaseAliveAsync(leaseId, cancellation);

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default) => etcd.RevokeLeaseAsync(leaseId, cancellation);

    public Task CompactAsync(long revision, CancellationToken cancellation = default) => etcd.CompactAsync(revision, cancellation);
}
