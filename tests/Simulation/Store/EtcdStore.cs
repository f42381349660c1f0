using Etcd;

namespace Simulation.Store;

/// <summary>What one writing transaction did: for the watches, and for the checks, which want to know who did it.</summary>
public sealed record Commit(long Revision, string Writer, Txn? Txn, IReadOnlyList<StoredEvent> Events);

/// <summary>An event with the key's value before it; null where it was not there.</summary>
public sealed record StoredEvent(WatchEvent Event, KeyValue? Before);

/// <summary>
/// etcd 3.4 as a state machine, without I/O: revisions, ranges, transactions, leases, compaction. The conformance test holds it
/// against a real etcd.
/// </summary>
public sealed partial class EtcdStore
{
    /// <summary>etcd's --max-txn-ops.</summary>
    public const int MaxOperations = 128;

    private readonly SortedList<string, List<KeyValue>> _keys = new(StringComparer.Ordinal);
    private readonly List<(long Revision, WatchEvent Event)> _history = [];

    public long Revision { get; private set; } = 1;
    public long CompactRevision { get; private set; }
    public event Action<Commit>? Committed;

    /// <summary>The present value, for checks: no call of anybody.</summary>
    public KeyValue? Peek(string key) => Latest(key);

    public IReadOnlyList<KeyValue> PeekPrefix(string prefix) => Read(prefix, EtcdKey.PrefixEnd(prefix), Revision);

    public RangeResult Range(RangeQuery query)
    {
        RequireKey(query.Key);
        var at = query.Revision == 0 ? Revision : query.Revision;
        if (at > Revision)
            throw new EtcdException("etcdserver: mvcc: required revision is a future revision");
        if (at < CompactRevision)
            throw new EtcdCompactedException(0);
        var found = Read(query.Key, query.RangeEnd, at);
        var cut = query.Limit > 0 && found.Count > query.Limit;
        return new RangeResult
        {
            Revision = Revision,
            KeyValues = [.. (cut ? found.Take((int)query.Limit) : found).Select(kv => query.KeysOnly ? kv with { Value = default } : kv)],
            More = cut,
        };
    }

    /// <summary>What the range saw in [from, to], in order.</summary>
    /// <exception cref="EtcdCompactedException">Where from is before the compaction.</exception>
    public IReadOnlyList<WatchEvent> Events(WatchQuery query, long from, long to)
    {
        if (from < CompactRevision)
            throw new EtcdCompactedException(CompactRevision);
        var first = _history.Count;
        while (first > 0 && _history[first - 1].Revision >= from)
            first--;
        return [.. _history.Skip(first)
            .Where(h => h.Revision <= to && InRange(h.Event.KeyValue.Key, query.Key, query.RangeEnd)).Select(h => h.Event)];
    }

    /// <summary>Drops what nobody may ask for any more. A revision that is compacted already is an error here; the seam hides it.</summary>
    public void Compact(long revision)
    {
        if (revision <= CompactRevision)
            throw new EtcdCompactedException(CompactRevision);
        if (revision > Revision)
            throw new EtcdException("etcdserver: mvcc: required revision is a future revision");
        CompactRevision = revision;
        // At the compaction's own revision etcd keeps what lives, and no tombstone: a delete there is missed by who watches from it.
        _history.RemoveAll(h => h.Revision < revision || (h.Revision == revision && h.Event.Kind == WatchEventKind.Delete));
        foreach (var versions in _keys.Values)
            while (versions.Count > 1 && versions[1].ModRevision <= revision)
                versions.RemoveAt(0);
        foreach (var gone in _keys.Where(k => k.Value is [{ Version: 0 } only] && only.ModRevision <= revision).Select(k => k.Key).ToList())
            _keys.Remove(gone);
    }

    internal static bool InRange(string key, string from, string? end) =>
        end is null
            ? key == from
            : string.CompareOrdinal(key, from) >= 0 && (end == "\0" || string.CompareOrdinal(key, end) < 0);

    private static void RequireKey(string key)
    {
        if (key.Length == 0)
            throw new EtcdException("etcdserver: key is not provided");
    }

    private KeyValue? Latest(string key) =>
        _keys.TryGetValue(key, out var versions) && versions[^1].Version > 0 ? versions[^1] : null;

    private List<KeyValue> Read(string key, string? end, long revision)
    {
        var found = new List<KeyValue>();
        if (end is null)
        {
            if (_keys.TryGetValue(key, out var versions) && At(versions, revision) is { } one)
                found.Add(one);
            return found;
        }
        for (var i = LowerBound(key); i < _keys.Count && InRange(_keys.Keys[i], key, end); i++)
            if (At(_keys.Values[i], revision) is { } kv)
                found.Add(kv);
        return found;
    }

    private static KeyValue? At(List<KeyValue> versions, long revision)
    {
        for (var i = versions.Count - 1; i >= 0; i--)
            if (versions[i].ModRevision <= revision)
                return versions[i].Version > 0 ? versions[i] : null;
        return null;
    }

    private int LowerBound(string key)
    {
        int low = 0, high = _keys.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(_keys.Keys[middle], key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
