using System.Buffers;
using System.Text;

namespace Etcd;

/// <summary>A key with its value and the three revisions that etcd keeps of it (mvccpb.KeyValue).</summary>
public sealed record KeyValue
{
    public required string Key { get; init; }
    public required ReadOnlyMemory<byte> Value { get; init; }
    public long CreateRevision { get; init; }
    public long ModRevision { get; init; }
    /// <summary>1 at creation, one more with each put.</summary>
    public long Version { get; init; }
    public long LeaseId { get; init; }
}

/// <summary>One key (no <see cref="RangeEnd"/>) or the half-open range [Key, RangeEnd).</summary>
public sealed record RangeQuery
{
    public required string Key { get; init; }
    public string? RangeEnd { get; init; }
    /// <summary>0: no limit.</summary>
    public long Limit { get; init; }
    /// <summary>0: now. A compacted one: <see cref="EtcdCompactedException"/>.</summary>
    public long Revision { get; init; }
    public bool KeysOnly { get; init; }
}

/// <summary>The store's revision (of the header, not of the keys), the keys, and whether a limit cut them.</summary>
public sealed record RangeResult
{
    public required long Revision { get; init; }
    public required IReadOnlyList<KeyValue> KeyValues { get; init; }
    public bool More { get; init; }
}

/// <summary>All compares hold → <see cref="Then"/>, else <see cref="Else"/>. etcd allows 128 operations.</summary>
public sealed record Txn
{
    public IReadOnlyList<Compare> If { get; init; } = [];
    public IReadOnlyList<Op> Then { get; init; } = [];
    public IReadOnlyList<Op> Else { get; init; } = [];
}

public enum CompareTarget { Version, CreateRevision, ModRevision, Value }

public enum CompareResult { Equal, Greater, Less, NotEqual }

/// <summary>
/// A compare of one key, or of every key in [Key, RangeEnd). An absent key, or an empty range, counts as one key whose
/// numbers are all 0; a compare of a value never holds there.
/// </summary>
public sealed record Compare
{
    public required string Key { get; init; }
    public string? RangeEnd { get; init; }
    public required CompareTarget Target { get; init; }
    public required CompareResult Result { get; init; }
    public long Number { get; init; }
    public ReadOnlyMemory<byte> Value { get; init; }

    public static Compare CreateRevision(string key, CompareResult result, long revision) =>
        new() { Key = key, Target = CompareTarget.CreateRevision, Result = result, Number = revision };

    public static Compare ModRevision(string key, long revision) =>
        new() { Key = key, Target = CompareTarget.ModRevision, Result = CompareResult.Equal, Number = revision };

    public static Compare Exists(string key) => CreateRevision(key, CompareResult.Greater, 0);

    public static Compare Absent(string key) => CreateRevision(key, CompareResult.Equal, 0);

    /// <summary>No key at all under the prefix.</summary>
    public static Compare NoneUnder(string prefix) => Absent(prefix) with { RangeEnd = EtcdKey.PrefixEnd(prefix) };

    public static Compare ValueEquals(string key, ReadOnlyMemory<byte> value) =>
        new() { Key = key, Target = CompareTarget.Value, Result = CompareResult.Equal, Value = value };
}

public enum OpKind { Put, Delete, Get }

/// <summary>One operation of a transaction. A transaction may put a key only once.</summary>
public sealed record Op
{
    public required OpKind Kind { get; init; }
    public required string Key { get; init; }
    /// <summary>For Delete and Get: the end of the half-open range; null: the one key.</summary>
    public string? RangeEnd { get; init; }
    public ReadOnlyMemory<byte> Value { get; init; }
    public long LeaseId { get; init; }

    public static Op Put(string key, ReadOnlyMemory<byte> value, long leaseId = 0) =>
        new() { Kind = OpKind.Put, Key = key, Value = value, LeaseId = leaseId };

    public static Op Delete(string key) => new() { Kind = OpKind.Delete, Key = key };

    public static Op DeletePrefix(string prefix) => Delete(prefix) with { RangeEnd = EtcdKey.PrefixEnd(prefix) };

    public static Op Get(string key) => new() { Kind = OpKind.Get, Key = key };
}

/// <summary>The answer to one operation: keys for Get, a count for Delete.</summary>
public sealed record OpResult
{
    public IReadOnlyList<KeyValue> KeyValues { get; init; } = [];
    public long Deleted { get; init; }
}

public sealed record TxnResult
{
    public required bool Succeeded { get; init; }
    public required long Revision { get; init; }
    /// <summary>One for each operation of the branch that ran, in order.</summary>
    public required IReadOnlyList<OpResult> Responses { get; init; }
}

public sealed record WatchQuery
{
    public required string Key { get; init; }
    public string? RangeEnd { get; init; }
    /// <summary>The first revision wanted; 0: from now on.</summary>
    public long StartRevision { get; init; }

    public static WatchQuery Prefix(string prefix, long startRevision) =>
        new() { Key = prefix, RangeEnd = EtcdKey.PrefixEnd(prefix), StartRevision = startRevision };
}

public enum WatchEventKind { Put, Delete }

/// <summary>For Delete, KeyValue holds the key and the mod revision of the deletion, and no value.</summary>
public sealed record WatchEvent(WatchEventKind Kind, KeyValue KeyValue);

/// <summary>
/// What came at once: all events up to <see cref="Revision"/>. Without events it is progress (the watcher is this far), or
/// the confirmation that the watch stands, at first and after each reconnect. A watch from revision n on is confirmed with n - 1,
/// not with the store's revision: what lies between is still to come.
/// </summary>
public sealed record WatchBatch(long Revision, IReadOnlyList<WatchEvent> Events);

public sealed record LeaseGrant(long Id, TimeSpan Ttl);

public static class EtcdKey
{
    /// <summary>The end of the range of all keys that begin with the prefix: the same keys as etcdctl --prefix.</summary>
    public static string PrefixEnd(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        // UTF-8 keeps the order of code points, so the last one is raised; the highest has no next and the one before it counts.
        var kept = prefix.AsSpan();
        while (!kept.IsEmpty)
        {
            if (Rune.DecodeLastFromUtf16(kept, out var last, out var length) != OperationStatus.Done)
                throw new ArgumentException("the prefix is not valid Unicode", nameof(prefix));
            kept = kept[..^length];
            if (last.Value < HighestRune)
                return string.Concat(kept, new Rune(last.Value == BeforeSurrogates ? AfterSurrogates : last.Value + 1).ToString());
        }
        return "\0"; // etcd's word for "to the end of all keys"
    }

    private const int HighestRune = 0x10FFFF;
    private const int BeforeSurrogates = 0xD7FF;
    private const int AfterSurrogates = 0xE000;
}
