using System.Runtime.ExceptionServices;

namespace Testing;

/// <summary>
/// Runs asynchronous code in one thread under a clock of its own: continuations one after the other, in the order in which
/// they were posted; and only when none is left does the clock go on, to the next timer. The same code does the same each time.
/// </summary>
public static class VirtualTime
{
    /// <summary>
    /// Runs to the end, and throws what it throws. Throws <see cref="InvalidOperationException"/> where nothing is left that
    /// could bring it to its end, and <see cref="TimeoutException"/> past the horizon (a day of virtual time by default).
    /// </summary>
    public static void Run(Func<ManualTimeProvider, Task> main, TimeSpan? horizon = null)
    {
        var limit = horizon ?? TimeSpan.FromDays(1);
        var clock = new ManualTimeProvider();
        var context = new Pump();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var task = main(clock);
            while (!task.IsCompleted)
            {
                if (context.RunOne())
                    continue;
                if (!clock.AdvanceToNext())
                    throw new InvalidOperationException($"after {clock.Elapsed} of virtual time nothing is left to happen, but the end has not come");
                if (clock.Elapsed > limit)
                    throw new TimeoutException($"not at its end within {limit} of virtual time");
            }
            task.GetAwaiter().GetResult();
            context.ThrowWhatWasNotAwaited();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>
    /// For code under this clock in the place of FluentAssertions' ThrowAsync, which takes the context away from what it
    /// calls, so that continuations go to the thread pool and the clock may run past them.
    /// </summary>
    public static async Task<T> ThrowsAsync<T>(Func<Task> action)
        where T : Exception
    {
        try
        {
            await action();
        }
        catch (T expected)
        {
            return expected;
        }
        throw new InvalidOperationException($"no {typeof(T).Name} was thrown");
    }

    private sealed class Pump : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = new();
        private readonly int thread = Environment.CurrentManagedThreadId;
        private ExceptionDispatchInfo? failure;

        public bool RunOne()
        {
            if (!posted.TryDequeue(out var next))
                return false;
            try
            {
                next.Callback(next.State);
            }
            catch (Exception e)
            {
                // Of an async void, or a bare Post: there is no task that would hold it.
                failure ??= ExceptionDispatchInfo.Capture(e);
            }
            return true;
        }

        public void ThrowWhatWasNotAwaited() => failure?.Throw();

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (Environment.CurrentManagedThreadId != thread)
                throw new InvalidOperationException("a continuation came from another thread: something here is not virtual");
            posted.Enqueue((d, state));
        }

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
