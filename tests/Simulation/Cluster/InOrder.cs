namespace Simulation.Cluster;

/// <summary>One call at a time, in the order in which they were made, as over one connection.</summary>
internal sealed class InOrder
{
    private Task _last = Task.CompletedTask;

    public async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        var before = _last;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _last = done.Task;
        try
        {
            await before;
            return await call();
        }
        finally
        {
            done.SetResult();
        }
    }
}
