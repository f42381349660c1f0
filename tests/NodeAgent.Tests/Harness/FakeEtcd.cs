using System.Text;
using Etcd;
using Model;
using Model.Status;

namespace NodeAgent.Tests.Harness;

/// <summary>As much of a store as an agent uses: keys with revisions, transactions, leases that only tests end.</summary>
public sealed class FakeEtcd : IEtcd
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, KeyValue> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<long> _leases = [];
    private long _revision = 1;
    private long _lastLease;

    /// <summary>Set: every call fails.</summary>
    public bool Away { get; set; }
    /// <summary>The next transaction takes effect, but its reply is lost.</summary>
    public bool LoseNextReply { get; set; }
    /// <summary>Asked before each transaction; what it returns is thrown.</summary>
    public Func<Exception?> Fault { get; set; } = () => null;
    public int Puts { get; private set; }

    public KeyValue? Get(string key)
    {
        lock (_lock)
            return _keys.GetValueOrDefault(key);
    }

    public PodStatus? Status(string key) => Get(key) is { } found ? ModelJson.ReadPodStatus(found.Value.Span) : null;

    public long Put(string key, string value) => Put(key, Encoding.UTF8.GetBytes(value));

    public long Put(string key, byte[] value)
    {
        lock (_lock)
            return PutLocked(Op.Put(key, value));
    }

    public void Delete(string key)
    {
        lock (_lock)
            _keys.Remove(key);
    }

    public void EndLeases()
    {
        lock (_lock)
        {
            foreach (var key in _keys.Values.Where(k => k.LeaseId != 0).Select(k => k.Key).ToList())
                _keys.Remove(key);
            _leases.Clear();
        }
    }

    public Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default)
    {
        Answer();
        return Task.FromResult(new RangeResult { Revision = _revision, KeyValues = Get(query.Key) is { } found ? [found] : [] });
    }

    public Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default)
    {
        Answer();
        if (Fault() is { } fault)
            throw fault;
        lock (_lock)
        {
            var holds = txn.If.All(Holds);
            var results = (holds ? txn.Then : txn.Else).Select(op =>
            {
                if (op.Kind == OpKind.Put)
                {
                    if (op.LeaseId != 0 && !_leases.Contains(op.LeaseId))
                        throw new EtcdLeaseNotFoundException("no such lease");
                    Puts++;
                    PutLocked(op);
                }
                return new OpResult { KeyValues = op.Kind == OpKind.Get && _keys.TryGetValue(op.Key, out var found) ? [found] : [] };
            }).ToList();
            if (LoseNextReply)
            {
                LoseNextReply = false;
                throw new EtcdUnavailableException("the reply is lost");
            }
            return Task.FromResult(new TxnResult { Succeeded = holds, Revision = _revision, Responses = results });
        }
    }

    public Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default)
    {
        Answer();
        lock (_lock)
        {
            _leases.Add(++_lastLease);
            return Task.FromResult(new LeaseGrant(_lastLease, ttl));
        }
    }

    public Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default)
    {
        Answer();
        lock (_lock)
            return Task.FromResult(_leases.Contains(leaseId) ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);
    }

    public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default)
    {
        Answer();
        lock (_lock)
        {
            _leases.Remove(leaseId);
            foreach (var key in _keys.Values.Where(k => k.LeaseId == leaseId).Select(k => k.Key).ToList())
                _keys.Remove(key);
        }
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<WatchBatch> WatchAsync(WatchQuery query, CancellationToken cancellation = default) =>
        throw new NotSupportedException("agents watch nothing");

    public Task CompactAsync(long revision, CancellationToken cancellation = default) =>
        throw new NotSupportedException("agents compact nothing");

    private void Answer()
    {
        if (Away)
            throw new EtcdUnavailableException("no connection");
    }

    private bool Holds(Compare compare)
    {
        var found = _keys.GetValueOrDefault(compare.Key);
        return compare switch
        {
            { Target: CompareTarget.Value, Result: CompareResult.Equal } => found is not null && found.Value.Span.SequenceEqual(compare.Value.Span),
            { Target: CompareTarget.ModRevision, Result: CompareResult.Equal } => (found?.ModRevision ?? 0) == compare.Number,
            { Target: CompareTarget.CreateRevision, Result: CompareResult.Greater } => (found?.CreateRevision ?? 0) > compare.Number,
            _ => throw new NotSupportedException($"{compare}"),
        };
    }

    private long PutLocked(Op op)
    {
        _revision++;
        _keys[op.Key] = new KeyValue
        {
            Key = op.Key, Value = op.Value, LeaseId = op.LeaseId, ModRevision = _revision,
            CreateRevision = _keys.TryGetValue(op.Key, out var before) ? before.CreateRevision : _revision,
        };
        return _revision;
    }
}
