namespace Loops.Tests;

public sealed class DelayQueueTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private static DateTimeOffset At(int seconds) => Now.AddSeconds(seconds);

    [Fact]
    public void What_is_due_comes_out_once_earliest_first()
    {
        var queue = new DelayQueue<string>();
        queue.Set("late", At(30));
        queue.Set("second", At(2));
        queue.Set("first", At(1));
        queue.TakeDue(At(2)).Should().Equal("first", "second");
        queue.TakeDue(At(2)).Should().BeEmpty();
        queue.NextDue.Should().Be(At(30));
        queue.Contains("late").Should().BeTrue();
        queue.Count.Should().Be(1);
    }

    [Fact]
    public void A_key_stands_once_at_the_time_last_set()
    {
        var queue = new DelayQueue<string>();
        queue.Set("a", At(1));
        queue.Set("a", At(10));
        queue.TakeDue(At(5)).Should().BeEmpty();
        queue.Set("a", At(3));
        queue.TakeDue(At(5)).Should().Equal("a");
    }

    [Fact]
    public void SetIfEarlier_brings_forward_and_never_puts_off()
    {
        var queue = new DelayQueue<string>();
        queue.SetIfEarlier("a", At(10));
        queue.SetIfEarlier("a", At(20));
        queue.NextDue.Should().Be(At(10));
        queue.SetIfEarlier("a", At(5));
        queue.NextDue.Should().Be(At(5));
    }

    [Fact]
    public void What_is_removed_never_comes()
    {
        var queue = new DelayQueue<string>();
        queue.Set("a", At(1));
        queue.Remove("a").Should().BeTrue();
        queue.Remove("a").Should().BeFalse();
        queue.TakeDue(At(100)).Should().BeEmpty();
        queue.NextDue.Should().BeNull();
    }
}
