using System.Threading.Channels;
using Etcd.Wire;
using Pb = Etcd.Protos;

namespace Etcd.Watching;

/// <summary>
/// One watcher: what it asked for, how far it has come, and what waits for it. Its queue has no limit: with one, a reader
/// that is slow would hold up the stream that it shares with all others. What piles up is bounded by what changes meanwhile.
/// </summary>
internal sealed class WatchSubscription(WatchQuery query)
{
    private readonly Channel<WatchBatch> _batches =
        Channel.CreateUnbounded<WatchBatch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly List<WatchEvent> _fragments = [];

    /// <summary>The id on the present stream; never used twice. Guarded by the hub's lock.</summary>
    public long Id { get; set; }

    /// <summary>The first revision not yet seen: where a new stream goes on. 0: from now on, before the first answer.</summary>
    public long NextRevision { get; private set; } = query.StartRevision;

    public ChannelReader<WatchBatch> Batches => _batches.Reader;

    public Pb.WatchCreateRequest NewRequest() => new()
    {
        Key = KeyText.Encode(query.Key),
        RangeEnd = KeyText.Encode(query.RangeEnd),
        StartRevision = NextRevision,
        ProgressNotify = true,
        Fragment = true,
        WatchId = Id,
    };

    /// <summary>
    /// The watch stands on the present stream. What the batch says is how far the watcher is, which is not the store's
    /// revision: everything from the start revision on is still to come.
    /// </summary>
    public void Confirm(long storeRevision)
    {
        // A batch that the last stream did not finish comes again, whole.
        _fragments.Clear();
        if (NextRevision == 0)
            NextRevision = storeRevision + 1;
        _batches.Writer.TryWrite(new WatchBatch(NextRevision - 1, []));
    }

    /// <summary>Events, a part of them, or progress.</summary>
    public void Accept(Pb.WatchResponse response)
    {
        _fragments.AddRange(response.Events.Select(Messages.Read));
        if (response.Fragment)
            return;
        WatchEvent[] events = [.. _fragments];
        _fragments.Clear();
        // While a watcher catches up, the header's revision runs ahead of the events (etcd 3.4): believe the events.
        var revision = events.Length > 0 ? events.Max(e => e.KeyValue.ModRevision) : response.Header.Revision;
        NextRevision = Math.Max(NextRevision, revision + 1);
        _batches.Writer.TryWrite(new WatchBatch(revision, events));
    }

    /// <summary>The reader sees what came before, then this.</summary>
    public void Fail(Exception why) => _batches.Writer.TryComplete(why);
}
