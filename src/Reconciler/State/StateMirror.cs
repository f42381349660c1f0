using Etcd;
using Microsoft.Extensions.Logging;
using Model.Keys;

namespace Reconciler.State;

/// <summary>
/// Keeps <see cref="ClusterState"/> equal to etcd: lists once, then follows the watch; lists anew after a compaction, and from time
/// to time all the same, because etcd 3.4's watches are known to miss and to double events.
/// </summary>
public sealed class StateMirror(IEtcd etcd, KeyLayout keys, ClusterState state, TimeProvider time, ILogger logger, TimeSpan? listAnewAfter = null)
{
    private readonly TimeSpan _listAnewAfter = listAnewAfter ?? TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _known = [];

    /// <summary>Everything up to this revision has been taken in.</summary>
    public long Revision { get; private set; }

    public async Task ListAsync(CancellationToken cancellation)
    {
        var listed = await etcd.ListAsync(keys.Prefix + "/", cancellation: cancellation);
        var present = listed.KeyValues.Select(kv => kv.Key).ToHashSet();
        foreach (var gone in _known.Where(key => !present.Contains(key)).Order(StringComparer.Ordinal).ToList())
            Apply(gone, null, 0, listed.Revision);
        foreach (var kv in listed.KeyValues)
            Apply(kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision);
        Revision = listed.Revision;
    }

    /// <summary>Follows the watch until cancelled; <see cref="ListAsync"/> came before.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        while (true)
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await using var timer = time.CreateTimer(_ => until.Cancel(), null, _listAnewAfter, Timeout.InfiniteTimeSpan);
            try
            {
                await foreach (var batch in etcd.WatchAsync(WatchQuery.Prefix(keys.Prefix + "/", Revision + 1), until.Token))
                {
                    foreach (var change in batch.Events)
                    {
                        var kv = change.KeyValue;
                        // Without the cast, null would be taken for an empty array, and a deletion for a put of nothing.
                        var value = change.Kind == WatchEventKind.Put ? kv.Value : (ReadOnlyMemory<byte>?)null;
                        Apply(kv.Key, value, kv.CreateRevision, kv.ModRevision);
                    }
                    Revision = Math.Max(Revision, batch.Revision);
                }
            }
            catch (EtcdCompactedException e)
            {
                Log.WatchCompacted(logger, e.CompactRevision);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // It is time to list anew.
            }
            await ListAsync(cancellation);
        }
    }

    private void Apply(string key, ReadOnlyMemory<byte>? value, long createRevision, long modRevision)
    {
        if (value is null)
            _known.Remove(key);
        else
            _known.Add(key);
        state.Apply(key, value, createRevision, modRevision);
    }
}
