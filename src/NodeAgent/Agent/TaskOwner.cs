using Loops;

namespace NodeAgent.Agent;

/// <summary>
/// Owns everything that runs beside the agent's main line, so that nothing is fire-and-forget: a fault that nobody expected is kept
/// for the main line, which ends with it.
/// </summary>
internal sealed class TaskOwner(CancellationToken ending)
{
    private readonly List<Task> _running = [];
    private readonly TaskCompletionSource _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Never ends well: faults with the first unexpected exception of anything owned.</summary>
    public Task Faulted => _faulted.Task.OnLoop();

    public Task Start(Func<Task> work)
    {
        var task = GuardAsync(work);
        _running.RemoveAll(t => t.IsCompleted);
        if (!task.IsCompleted)
            _running.Add(task);
        return task;
    }

    /// <summary>Ends when everything owned has ended.</summary>
    public Task AllAsync() => Task.WhenAll(_running);

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The agent ends, and so does what it owns.
        }
#pragma warning disable CA1031 // Whatever it is, the main line ends with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _faulted.TrySetException(e);
        }
    }
}
