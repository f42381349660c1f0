namespace Etcd;

/// <summary>
/// The narrow seam through which the rest of the house reaches etcd v3: what a simulation replaces, and what another
/// client library would implement. Keys are UTF-8 strings, values are bytes.
/// Errors: <see cref="EtcdException"/> and its subclasses; every call has a deadline of its own.
/// </summary>
public interface IEtcd
{
    /// <summary>Reads one key, or all keys of a range in key order.</summary>
    Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default);

    /// <summary>Compares, then performs one of two lists of operations, at one revision.</summary>
    Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default);

    /// <summary>
    /// The events of a range, in revision order, from <see cref="WatchQuery.StartRevision"/> on; it goes on over lost
    /// connections by itself. Events may come twice (etcd 3.4): deduplicate by mod revision.
    /// Throws <see cref="EtcdCompactedException"/> where the start revision is gone: the caller lists anew.
    /// </summary>
    IAsyncEnumerable<WatchBatch> WatchAsync(WatchQuery query, CancellationToken cancellation = default);

    /// <summary>Grants a lease of at least the TTL asked for; the id is the store's choice.</summary>
    Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default);

    /// <summary>Renews once. Returns the TTL that is left; <see cref="TimeSpan.Zero"/> where the lease is gone.</summary>
    Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default);

    /// <summary>Ends a lease and deletes its keys. A lease that is gone already is no error.</summary>
    Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default);

    /// <summary>Drops the history before the revision. A revision that is compacted already is no error.</summary>
    Task CompactAsync(long revision, CancellationToken cancellation = default);
}

/// <summary>What every use writes in the same way.</summary>
public static class EtcdExtensions
{
    /// <summary>The key's value, or null where there is none.</summary>
    public static async Task<KeyValue?> GetAsync(this IEtcd etcd, string key, CancellationToken cancellation = default)
    {
        var result = await etcd.RangeAsync(new RangeQuery { Key = key }, cancellation).ConfigureAwait(true);
        return result.KeyValues is [var found, ..] ? found : null;
    }

    /// <summary>Puts one key. Returns the revision of the put.</summary>
    public static async Task<long> PutAsync(
        this IEtcd etcd, string key, ReadOnlyMemory<byte> value, long leaseId = 0, CancellationToken cancellation = default)
    {
        var result = await etcd.TxnAsync(new Txn { Then = [Op.Put(key, value, leaseId)] }, cancellation).ConfigureAwait(true);
        return result.Revision;
    }

    /// <summary>Deletes one key. Returns whether it was there.</summary>
    public static async Task<bool> DeleteAsync(this IEtcd etcd, string key, CancellationToken cancellation = default)
    {
        var result = await etcd.TxnAsync(new Txn { Then = [Op.Delete(key)] }, cancellation).ConfigureAwait(true);
        return result.Responses[0].Deleted > 0;
    }

    /// <summary>
    /// All keys under a prefix at one revision, read in pages of <paramref name="pageSize"/> keys.
    /// </summary>
    public static async Task<RangeResult> ListAsync(
        this IEtcd etcd, string prefix, int pageSize = 500, CancellationToken cancellation = default)
    {
        var all = new List<KeyValue>();
        long revision = 0;
        var from = prefix;
        while (true)
        {
            var page = await etcd.RangeAsync(
                new RangeQuery { Key = from, RangeEnd = EtcdKey.PrefixEnd(prefix), Limit = pageSize, Revision = revision },
                cancellation).ConfigureAwait(true);
            all.AddRange(page.KeyValues);
            if (revision == 0)
                revision = page.Revision;
            if (!page.More || page.KeyValues.Count == 0)
                return new RangeResult { Revision = revision, KeyValues = all, More = false };
            from = page.KeyValues[^1].Key + '\0';
        }
    }
}
