using System.Runtime.CompilerServices;
using Etcd;
using Model;
using Model.Keys;
using Model.Status;

namespace Podctl.Pods;

/// <summary>A status key as it became. A null status: the key was deleted, or (Unreadable) holds what nobody of ours wrote.</summary>
internal sealed record StatusChange(PodKey Pod, long Revision, PodStatus? Status, bool Unreadable = false);

/// <summary>Follows one status key, or all under a prefix, without a gap: where history was compacted, it lists anew.</summary>
internal sealed class StatusWatcher(IEtcd etcd, KeyLayout keys, string key, bool isPrefix)
{
    private readonly Dictionary<string, long> _seen = [];

    public async IAsyncEnumerable<StatusChange> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var end = isPrefix ? EtcdKey.PrefixEnd(key) : null;
            var now = isPrefix
                ? await etcd.ListAsync(key, cancellation: cancellation)
                : await etcd.RangeAsync(new RangeQuery { Key = key }, cancellation);
            foreach (var change in Listed(now))
                yield return change;
            var query = new WatchQuery { Key = key, RangeEnd = end, StartRevision = now.Revision + 1 };
            await using var batches = etcd.WatchAsync(query, cancellation).GetAsyncEnumerator(cancellation);
            while (await MoveNextAsync(batches))
            {
                foreach (var change in batches.Current.Events.Select(Changed).OfType<StatusChange>())
                    yield return change;
            }
        }
    }

    /// <summary>False where the watch's place in history is gone.</summary>
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<WatchBatch> batches)
    {
        try
        {
            return await batches.MoveNextAsync();
        }
        catch (EtcdCompactedException)
        {
            return false;
        }
    }

    // A new list tells what changed meanwhile, and by what it lacks, what was deleted.
    private IEnumerable<StatusChange> Listed(RangeResult now)
    {
        var there = now.KeyValues.Select(pair => pair.Key).ToHashSet();
        foreach (var gone in _seen.Keys.Where(k => !there.Contains(k)).Order(StringComparer.Ordinal).ToList())
        {
            _seen.Remove(gone);
            if (PodOf(gone) is { } pod)
                yield return new StatusChange(pod, now.Revision, null);
        }
        foreach (var change in now.KeyValues.Select(Put).OfType<StatusChange>())
            yield return change;
    }

    private StatusChange? Changed(WatchEvent change)
    {
        if (change.Kind == WatchEventKind.Put)
            return Put(change.KeyValue);
        return _seen.Remove(change.KeyValue.Key) && PodOf(change.KeyValue.Key) is { } pod
            ? new StatusChange(pod, change.KeyValue.ModRevision, null)
            : null;
    }

    // Events may come twice.
    private StatusChange? Put(KeyValue pair)
    {
        if (_seen.GetValueOrDefault(pair.Key) >= pair.ModRevision || PodOf(pair.Key) is not { } pod)
            return null;
        _seen[pair.Key] = pair.ModRevision;
        var status = ModelJson.ReadPodStatus(pair.Value.Span);
        return new StatusChange(pod, pair.ModRevision, status, Unreadable: status is null);
    }

    private PodKey? PodOf(string statusKey) => KeyLayout.PodOf(statusKey, keys.PodStatuses);
}
