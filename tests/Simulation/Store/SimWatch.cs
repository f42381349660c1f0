using Etcd;
using Simulation.World;

namespace Simulation.Store;

/// <summary>
/// One watch: what happened since it last heard comes a while later, in one batch; over an outage it resumes where it was, and
/// finds out that its place has been compacted away.
/// </summary>
internal sealed class SimWatch(SimEtcd client, EtcdStore store, SimProcess process, Random random, WatchQuery query)
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(500);

    private readonly Queue<WatchBatch> _batches = new();
    private TaskCompletionSource? _waiter;
    private EtcdCompactedException? _compacted;
    private SimEvent? _pump;
    private long _next = query.StartRevision;
    private bool _stands;

    public async Task<WatchBatch> NextAsync(CancellationToken cancellation)
    {
        while (_batches.Count == 0)
        {
            if (_compacted is not null)
                throw _compacted;
            cancellation.ThrowIfCancellationRequested();
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var waiter = _waiter;
            using var onCancel = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
            await waiter.Task;
        }
        return _batches.Dequeue();
    }

    public void Wake() => _pump ??= process.World.After(client.Link.Delay(), Pump);

    private void Pump()
    {
        _pump = null;
        if (!client.CanReach)
        {
            if (process.IsAlive)
                _pump = process.World.After(Reconnect * (0.5 + random.NextDouble()), Pump);
            return;
        }
        if (_next == 0)
            _next = store.Revision + 1;
        try
        {
            Take();
        }
        catch (EtcdCompactedException e)
        {
            process.World.Log(process.Name, $"watch {query.Key}: r{_next} is compacted");
            _compacted = e;
        }
        _waiter?.TrySetResult();
    }

    private void Take()
    {
        var from = _next;
        // etcd 3.4 may send again what was sent.
        if (random.NextDouble() < client.DuplicateEvents)
            from = Math.Max(Math.Max(query.StartRevision, 1), Math.Max(store.CompactRevision, from - 1 - random.Next(3)));
        var events = _next > store.Revision && from == _next ? [] : store.Events(query, from, store.Revision);
        _next = Math.Max(_next, store.Revision + 1);
        if (events.Count == 0 && _stands)
            return;
        _stands = true;
        _batches.Enqueue(new WatchBatch(_next - 1, events));
    }
}
