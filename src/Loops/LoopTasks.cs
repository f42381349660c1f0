namespace Loops;

public static class LoopTasks
{
    /// <summary>
    /// The same task, ended by a step of the calling loop. A task of a <see cref="TaskCompletionSource"/> that runs its
    /// continuations asynchronously ends Task.WhenAny, Task.WhenAll and Task.WaitAsync on the thread pool; that is harmless there,
    /// but no simulation can decide when it comes. Through this they end on the loop.
    /// </summary>
    public static async Task OnLoop(this Task task) => await task;

    /// <inheritdoc cref="OnLoop(Task)"/>
    public static async Task<T> OnLoop<T>(this Task<T> task) => await task;
}
