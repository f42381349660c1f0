using System.Runtime.CompilerServices;
using Docker;
using Simulation.World;

namespace Simulation.Engine;

/// <summary>One GET /events: what happened since a time, then what happens, until the connection breaks.</summary>
internal sealed class SimDockerEvents(
    DockerModel engine, SimLink link, SimProcess process, IReadOnlyCollection<string> labels, DateTimeOffset? since)
{
    private readonly Queue<ContainerEvent> _arrived = new();
    private TaskCompletionSource? _waiter;
    private bool _broken;
    private TimeSpan _lastArrival;

    public async IAsyncEnumerable<ContainerEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await link.CallAsync("events", Open, cancellation);
        try
        {
            while (true)
            {
                while (_arrived.TryDequeue(out var next))
                    yield return next;
                if (_broken)
                    throw new DockerException("docker: events: the connection broke");
                cancellation.ThrowIfCancellationRequested();
                var waiter = _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                using var onCancel = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
                await waiter.Task;
            }
        }
        finally
        {
            engine.Happened -= Hear;
            link.Broken -= Break;
        }
    }

    private bool Open()
    {
        if (since is { } from)
            foreach (var past in engine.Events.Where(e => e.Time >= from))
                Hear(past);
        engine.Happened += Hear;
        link.Broken += Break;
        return true;
    }

    private void Hear(ContainerEvent happened)
    {
        if (!process.IsAlive || !DockerModel.Matches(happened.Attributes, labels))
            return;
        // One connection: what was first said arrives first.
        var at = process.World.Elapsed + link.Delay();
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        process.World.After(_lastArrival - process.World.Elapsed, () =>
        {
            if (_broken)
                return;
            _arrived.Enqueue(happened);
            _waiter?.TrySetResult();
        });
    }

    private void Break()
    {
        _broken = true;
        _waiter?.TrySetResult();
    }
}
