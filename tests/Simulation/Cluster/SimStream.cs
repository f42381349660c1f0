using System.Runtime.CompilerServices;
using Mesos;
using Simulation.World;

namespace Simulation.Cluster;

/// <summary>
/// The events of one subscription, from the server to a process: in order, each a while later, until the server ends the
/// stream or the connection breaks.
/// </summary>
internal sealed class SimStream<TEvent>(SimProcess process, SimLink link)
    where TEvent : class
{
    private readonly Queue<TEvent> _arrived = new();
    private TaskCompletionSource? _waiter;
    private TimeSpan _lastArrival;
    private bool _isOver;
    private string? _broken;

    public void Push(TEvent sent) => Arrive(() => _arrived.Enqueue(sent));

    public void End() => Arrive(() => _isOver = true);

    /// <summary>What is on its way is lost.</summary>
    public void Break(string why)
    {
        _broken ??= why;
        _waiter?.TrySetResult();
    }

    public async IAsyncEnumerable<TEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            while (_arrived.TryDequeue(out var next))
                yield return next;
            if (_broken is not null)
                throw new MesosException($"mesos: {_broken}");
            if (_isOver)
                yield break;
            cancellation.ThrowIfCancellationRequested();
            var waiter = _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var onCancel = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
            await waiter.Task;
        }
    }

    private void Arrive(Action action)
    {
        if (!process.IsAlive)
            return;
        var at = process.World.Elapsed + link.Delay();
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        process.World.After(_lastArrival - process.World.Elapsed, () =>
        {
            // A link that is down holds nothing back: the connection is gone, and with it what was under way.
            if (_broken is not null || link.IsDown)
                return;
            action();
            _waiter?.TrySetResult();
        });
    }
}
