namespace Loops;

/// <summary>
/// Wakes one waiter; set before the wait, the wait ends at once. For use on one loop only: it has no lock.
/// </summary>
public sealed class Signal(TimeProvider time)
{
    private bool _set;
    private TaskCompletionSource? _waiter;

    public void Set()
    {
        _set = true;
        _waiter?.TrySetResult();
    }

    /// <summary>Ends when set, or after the time given (null: never by itself). Clears the signal.</summary>
    public async Task WaitAsync(TimeSpan? atMost, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_set && atMost is not { Ticks: <= 0 })
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiter = waiter;
            await using var onCancel = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
            await using var timer = atMost is { } limit
                ? time.CreateTimer(_ => waiter.TrySetResult(), null, limit, Timeout.InfiniteTimeSpan)
                : null;
            try
            {
                await waiter.Task;
            }
            finally
            {
                _waiter = null;
            }
        }
        _set = false;
    }
}
