namespace Mesos.Http;

/// <summary>
/// Lets calls through one at a time, in the order in which they came. (A semaphore promises no order, and Mesos
/// acts in the order of arrival.)
/// </summary>
internal sealed class CallQueue
{
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;

    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (gate)
        {
            before = last;
            last = done.Task;
        }
        try
        {
            await before.WaitAsync(cancellation).ConfigureAwait(false);
            return await call().ConfigureAwait(false);
        }
        finally
        {
            // Whoever gave up while waiting still holds its place: the next one follows those before it.
            if (before.IsCompleted)
                done.SetResult();
            else
                _ = before.ContinueWith(
                    (_, state) => ((TaskCompletionSource)state!).SetResult(), done, CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
