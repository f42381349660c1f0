using System.Runtime.CompilerServices;
using Etcd;
using Simulation.World;

namespace Simulation.Store;

/// <summary>One process' way to etcd, over a link that may lose and delay.</summary>
public sealed class SimEtcd : IEtcd
{
    private readonly SimEtcdServer _server;
    private readonly SimProcess _process;
    private readonly List<SimWatch> _watches = [];
    private readonly Random _random;

    internal SimEtcd(SimEtcdServer server, SimProcess process)
    {
        _server = server;
        _process = process;
        _random = process.World.RandomFor($"etcd link {process.Name}");
        Link = new SimLink(process, "etcd", _random, why => new EtcdUnavailableException($"etcd: {why}"));
    }

    public SimLink Link { get; }
    /// <summary>Of watch batches that come again.</summary>
    public double DuplicateEvents { get; set; }
    /// <summary>For the silence at the end: how often each kind of call was made.</summary>
    public SortedDictionary<string, int> CallsByKind { get; } = new(StringComparer.Ordinal);

    internal bool CanReach => !Link.IsDown && !_server.IsDown && _process.IsAlive;

    public Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default) =>
        CallAsync("range", query.Key, store => store.Range(query), cancellation);

    public Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default) =>
        CallAsync(IsRead(txn) ? "read" : "txn", txn.Then is [var first, ..] ? first.Key : "", store => store.Txn(txn, _process.Name), cancellation);

    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default) =>
        CallAsync("grant", "", store => store.Grant(ttl), cancellation);

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default) =>
        CallAsync("keep-alive", "", store => store.KeepAlive(leaseId), cancellation);

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default) =>
        CallAsync("revoke", "", store =>
        {
            if (store.HasLease(leaseId))
                store.Revoke(leaseId, _process.Name);
            return true;
        }, cancellation);

    public Task CompactAsync(long revision, CancellationToken cancellation = default) =>
        CallAsync("compact", "", store =>
        {
            if (revision > store.CompactRevision)
                store.Compact(revision);
            return true;
        }, cancellation);

    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        WatchQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Count("watch");
        var watch = new SimWatch(this, _server.Store, _process, _random, query);
        _watches.Add(watch);
        try
        {
            watch.Wake();
            while (true)
                yield return await watch.NextAsync(cancellation);
        }
        finally
        {
            _watches.Remove(watch);
        }
    }

    internal void Wake()
    {
        foreach (var watch in _watches)
            watch.Wake();
    }

    private Task<T> CallAsync<T>(string kind, string key, Func<EtcdStore, T> serve, CancellationToken cancellation)
    {
        Count(kind);
        return Link.CallAsync($"{kind} {key}", () =>
        {
            if (_server.IsDown)
                throw new EtcdUnavailableException($"etcd: {kind} {key}: connection refused");
            var answer = serve(_server.Store);
            _server.LeasesChanged();
            return answer;
        }, cancellation);
    }

    private static bool IsRead(Txn txn) => txn.Then.Concat(txn.Else).All(op => op.Kind == OpKind.Get);

    private void Count(string kind) => CallsByKind[kind] = CallsByKind.GetValueOrDefault(kind) + 1;
}
