using Testing;

namespace Loops.Tests;

public sealed class EventLoopTests
{
    [Fact]
    public void Everything_after_an_await_runs_on_the_loops_thread()
    {
        var threads = EventLoop.Run(async () =>
        {
            var seen = new List<int> { Environment.CurrentManagedThreadId };
            // Ended on a thread of the pool: what comes after must be back here nevertheless.
            await Task.Run(() => { });
            seen.Add(Environment.CurrentManagedThreadId);
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            {
                await Task.Run(() => { });
                seen.Add(Environment.CurrentManagedThreadId);
            }));
            return seen;
        });
        threads.Should().HaveCount(22).And.OnlyContain(id => id == Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void What_was_posted_first_runs_first()
    {
        var order = EventLoop.Run(async () =>
        {
            var seen = new List<int>();
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            for (var i = 0; i < 100; i++)
            {
                var number = i;
                SynchronizationContext.Current!.Post(_ => seen.Add(number), null);
            }
            SynchronizationContext.Current!.Post(_ => done.SetResult(), null);
            await done.Task;
            return seen;
        });
        order.Should().Equal(Enumerable.Range(0, 100));
    }

    [Fact]
    public void An_exception_comes_out_as_it_was_thrown()
    {
        var run = () => EventLoop.Run<int>(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException("broken");
        });
        run.Should().Throw<InvalidDataException>().WithMessage("broken");
    }

    [Fact]
    public void The_callers_own_context_is_put_back()
    {
        var before = SynchronizationContext.Current;
        EventLoop.Run(() => Task.FromResult(1));
        SynchronizationContext.Current.Should().BeSameAs(before);
    }

    [Fact]
    public async Task A_loop_on_its_own_thread_hands_over_its_result_its_fault_and_its_cancellation()
    {
        (await EventLoop.RunOnThread("ends", async () =>
        {
            await Task.Yield();
            return Thread.CurrentThread.Name;
        })).Should().Be("ends");

        var faulted = () => EventLoop.RunOnThread<int>("fails", () => throw new InvalidDataException("broken"));
        await faulted.Should().ThrowAsync<InvalidDataException>();

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var task = EventLoop.RunOnThread("is cancelled", async () =>
        {
            await Task.Yield();
            cancelled.Token.ThrowIfCancellationRequested();
            return 0;
        });
        await Eventually.TrueAsync("the task ends", () => task.IsCompleted);
        task.IsCanceled.Should().BeTrue();
    }

    [Fact]
    public void A_post_after_the_end_goes_nowhere_and_throws_nothing()
    {
        var context = EventLoop.Run(() => Task.FromResult(SynchronizationContext.Current!));
        var ran = false;
        var post = () => context.Post(_ => ran = true, null);
        post.Should().NotThrow();
        ran.Should().BeFalse();
    }
}
