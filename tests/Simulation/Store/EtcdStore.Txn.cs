using Etcd;

namespace Simulation.Store;

public sealed partial class EtcdStore
{
    private readonly List<StoredEvent> _pending = [];

    /// <param name="writer">Who asks, for the checks.</param>
    public TxnResult Txn(Txn txn, string writer)
    {
        if (Math.Max(txn.If.Count, Math.Max(txn.Then.Count, txn.Else.Count)) > MaxOperations)
            throw new EtcdException("etcdserver: too many operations in txn request");
        foreach (var compare in txn.If)
            RequireKey(compare.Key);
        RequireNoOverlap(txn.Then);
        RequireNoOverlap(txn.Else);

        var succeeded = txn.If.All(Holds);
        var branch = succeeded ? txn.Then : txn.Else;
        foreach (var op in branch)
            if (op is { Kind: OpKind.Put, LeaseId: not 0 } && !_leases.ContainsKey(op.LeaseId))
                throw new EtcdLeaseNotFoundException("etcdserver: requested lease not found");
        var responses = branch.Select(Perform).ToList();
        FinishWrites(writer, txn);
        return new TxnResult { Succeeded = succeeded, Revision = Revision, Responses = responses };
    }

    private static void RequireNoOverlap(IReadOnlyList<Op> ops)
    {
        var puts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var op in ops)
        {
            RequireKey(op.Key);
            if (op.Kind == OpKind.Put && !puts.Add(op.Key))
                throw new EtcdException("etcdserver: duplicate key given in txn request");
        }
        if (ops.Any(op => op.Kind == OpKind.Delete && puts.Any(key => InRange(key, op.Key, op.RangeEnd))))
            throw new EtcdException("etcdserver: duplicate key given in txn request");
    }

    private bool Holds(Compare compare)
    {
        var found = Read(compare.Key, compare.RangeEnd, Revision);
        // As etcd does it: the numbers of what is not there are 0, its value equals nothing.
        return found.Count == 0
            ? compare.Target != CompareTarget.Value && Holds(compare, new KeyValue { Key = compare.Key, Value = default })
            : found.All(kv => Holds(compare, kv));
    }

    private static bool Holds(Compare compare, KeyValue kv)
    {
        var order = compare.Target switch
        {
            CompareTarget.Version => kv.Version.CompareTo(compare.Number),
            CompareTarget.CreateRevision => kv.CreateRevision.CompareTo(compare.Number),
            CompareTarget.ModRevision => kv.ModRevision.CompareTo(compare.Number),
            CompareTarget.Value => kv.Value.Span.SequenceCompareTo(compare.Value.Span),
            _ => throw new ArgumentOutOfRangeException(nameof(compare)),
        };
        return compare.Result switch
        {
            CompareResult.Equal => order == 0,
            CompareResult.NotEqual => order != 0,
            CompareResult.Greater => order > 0,
            CompareResult.Less => order < 0,
            _ => throw new ArgumentOutOfRangeException(nameof(compare)),
        };
    }

    private OpResult Perform(Op op)
    {
        switch (op.Kind)
        {
            case OpKind.Get:
                return new OpResult { KeyValues = Read(op.Key, op.RangeEnd, Revision + 1) };
            case OpKind.Put:
                WritePut(op);
                return new OpResult();
            case OpKind.Delete:
                var gone = Read(op.Key, op.RangeEnd, Revision + 1);
                foreach (var kv in gone)
                    WriteDelete(kv);
                return new OpResult { Deleted = gone.Count };
            default:
                throw new ArgumentOutOfRangeException(nameof(op));
        }
    }

    private void WritePut(Op op)
    {
        var before = Latest(op.Key);
        var kv = new KeyValue
        {
            Key = op.Key,
            Value = op.Value.ToArray(),
            CreateRevision = before?.CreateRevision ?? Revision + 1,
            ModRevision = Revision + 1,
            Version = (before?.Version ?? 0) + 1,
            LeaseId = op.LeaseId,
        };
        Attach(op.Key, before?.LeaseId ?? 0, op.LeaseId);
        Record(kv);
        _pending.Add(new StoredEvent(new WatchEvent(WatchEventKind.Put, kv), before));
    }

    private void WriteDelete(KeyValue before)
    {
        var tombstone = new KeyValue { Key = before.Key, Value = default, ModRevision = Revision + 1 };
        Attach(before.Key, before.LeaseId, 0);
        Record(tombstone);
        _pending.Add(new StoredEvent(new WatchEvent(WatchEventKind.Delete, tombstone), before));
    }

    private void Record(KeyValue kv)
    {
        if (!_keys.TryGetValue(kv.Key, out var versions))
            _keys.Add(kv.Key, versions = []);
        versions.Add(kv);
    }

    private void FinishWrites(string writer, Txn? txn)
    {
        if (_pending.Count == 0)
            return;
        Revision++;
        var events = _pending.ToList();
        _pending.Clear();
        foreach (var one in events)
            _history.Add((Revision, one.Event));
        Committed?.Invoke(new Commit(Revision, writer, txn, events));
    }
}
