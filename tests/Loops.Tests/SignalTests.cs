namespace Loops.Tests;

public sealed class SignalTests
{
    [Fact]
    public void Set_before_the_wait_ends_the_wait_at_once_and_is_used_up()
    {
        EventLoop.Run(async () =>
        {
            var time = new ManualTime();
            var signal = new Signal(time);
            signal.Set();
            await signal.WaitAsync(null, CancellationToken.None);

            var second = signal.WaitAsync(null, CancellationToken.None);
            await Task.Yield();
            second.IsCompleted.Should().BeFalse("one Set wakes one wait");
            signal.Set();
            await second;
            return 0;
        });
    }

    [Fact]
    public void The_wait_ends_with_its_time_and_not_before()
    {
        EventLoop.Run(async () =>
        {
            var time = new ManualTime();
            var wait = new Signal(time).WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(9.9));
            await Task.Yield();
            wait.IsCompleted.Should().BeFalse();
            time.Advance(TimeSpan.FromSeconds(0.1));
            await wait;
            return 0;
        });
    }

    [Fact]
    public void A_time_that_is_over_is_no_wait()
    {
        EventLoop.Run(async () =>
        {
            await new Signal(new ManualTime()).WaitAsync(TimeSpan.Zero, CancellationToken.None);
            await new Signal(new ManualTime()).WaitAsync(TimeSpan.FromSeconds(-1), CancellationToken.None);
            return 0;
        });
    }

    [Fact]
    public void Cancelled_from_the_loop_it_throws_and_leaves_the_signal_usable()
    {
        EventLoop.Run(async () =>
        {
            var signal = new Signal(new ManualTime());
            using var cancel = new CancellationTokenSource();
            var wait = signal.WaitAsync(null, cancel.Token);
            cancel.Cancel();
            await FluentActions.Awaiting(() => wait).Should().ThrowAsync<OperationCanceledException>();

            signal.Set();
            await signal.WaitAsync(null, CancellationToken.None);
            return 0;
        });
    }

    /// <summary>As SIGTERM comes: on a thread that is not the loop's.</summary>
    [Fact]
    public void Cancelled_from_another_thread_it_throws_on_the_loop()
    {
        EventLoop.Run(async () =>
        {
            var home = Environment.CurrentManagedThreadId;
            using var cancel = new CancellationTokenSource();
            var wait = new Signal(new ManualTime()).WaitAsync(null, cancel.Token);
            await Task.Run(cancel.Cancel);
            await FluentActions.Awaiting(() => wait).Should().ThrowAsync<OperationCanceledException>();
            Environment.CurrentManagedThreadId.Should().Be(home);
            return 0;
        });
    }
}
