using System.Collections.Concurrent;

namespace Loops;

/// <summary>
/// One thread on which a whole control loop runs: every await in it comes back here, so its state needs no lock. Loop code
/// therefore never says ConfigureAwait(false); libraries that do I/O always do. In a simulation another context takes this
/// one's place and decides what runs next.
/// </summary>
public sealed class EventLoop : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

    private EventLoop() { }

    /// <summary>Runs the loop on the calling thread until it ends, and gives its result or its exception.</summary>
    public static T Run<T>(Func<Task<T>> main)
    {
        using var loop = new EventLoop();
        var before = Current;
        SetSynchronizationContext(loop);
        try
        {
            var task = main();
            task.ContinueWith(
                _ => loop._queue.CompleteAdding(), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (callback, state) in loop._queue.GetConsumingEnumerable())
                callback(state);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Runs the loop on a thread of its own; the task ends as the loop does.</summary>
    public static Task<T> RunOnThread<T>(string name, Func<Task<T>> main)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(Run(main));
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
#pragma warning disable CA1031 // Whatever it is, it is handed to whoever awaits the loop.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        })
        { Name = name, IsBackground = true };
        thread.Start();
        return done.Task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The loop has ended: what was still in the air has nobody left to tell.
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("a loop is not called into; post to it");

    public override SynchronizationContext CreateCopy() => this;

    public void Dispose() => _queue.Dispose();
}
