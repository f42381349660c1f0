using Etcd;

namespace Simulation.Store;

public sealed partial class EtcdStore(Func<TimeSpan> clock, Random leaseIds)
{
    /// <summary>etcd's floor: one and a half election timeouts, in whole seconds.</summary>
    private static readonly TimeSpan MinTtl = TimeSpan.FromSeconds(2);

    private readonly SortedDictionary<long, Lease> _leases = [];

    public TimeSpan? NextExpiry => _leases.Count == 0 ? null : _leases.Values.Min(lease => lease.Expires);

    public bool HasLease(long id) => _leases.ContainsKey(id);

    public LeaseGrant Grant(TimeSpan ttl)
    {
        var granted = TimeSpan.FromSeconds(Math.Max(MinTtl.TotalSeconds, Math.Ceiling(ttl.TotalSeconds)));
        var id = leaseIds.NextInt64(1, long.MaxValue);
        _leases.Add(id, new Lease(granted) { Expires = clock() + granted });
        return new LeaseGrant(id, granted);
    }

    /// <summary>The TTL that is left; zero where the lease is gone.</summary>
    public TimeSpan KeepAlive(long id)
    {
        if (!_leases.TryGetValue(id, out var lease) || lease.Expires <= clock())
            return TimeSpan.Zero;
        lease.Expires = clock() + lease.Ttl;
        return lease.Ttl;
    }

    public void Revoke(long id, string writer)
    {
        if (!_leases.Remove(id, out var lease))
            throw new EtcdLeaseNotFoundException("etcdserver: requested lease not found");
        foreach (var key in lease.Keys.ToList())
            if (Latest(key) is { } kv)
                WriteDelete(kv);
        FinishWrites(writer, txn: null);
    }

    public void ExpireLeases()
    {
        foreach (var id in _leases.Where(lease => lease.Value.Expires <= clock()).Select(lease => lease.Key).ToList())
            Revoke(id, "lease expiry");
    }

    /// <summary>What a server does when it starts or begins to lead: nobody could renew meanwhile, so all get their full time.</summary>
    public void RenewAllLeases()
    {
        foreach (var lease in _leases.Values)
            lease.Expires = clock() + lease.Ttl;
    }

    private void Attach(string key, long before, long now)
    {
        if (before != 0 && _leases.TryGetValue(before, out var old))
            old.Keys.Remove(key);
        if (now != 0)
            _leases[now].Keys.Add(key);
    }

    private sealed class Lease(TimeSpan ttl)
    {
        public TimeSpan Ttl => ttl;
        public required TimeSpan Expires { get; set; }
        public SortedSet<string> Keys { get; } = new(StringComparer.Ordinal);
    }
}
