using Testing;

namespace Mesos.Tests;

/// <summary>The clock that the sessions' tests stand on.</summary>
public class VirtualTimeTests
{
    [Fact]
    public void A_day_of_delays_passes_in_order_and_at_once()
    {
        var log = new List<string>();
        VirtualTime.Run(async clock =>
        {
            async Task Say(string name, int hours)
            {
                await Task.Delay(TimeSpan.FromHours(hours), clock);
                log.Add($"{name} {clock.Elapsed.TotalHours}");
            }
            await Task.WhenAll(Say("c", 3), Say("a", 1), Say("b", 1), Say("d", 23));
        });
        log.Should().Equal("a 1", "b 1", "c 3", "d 23");
    }

    [Fact]
    public void What_can_never_end_is_said() =>
        FluentActions.Invoking(() => VirtualTime.Run(_ => new TaskCompletionSource().Task)).Should().Throw<InvalidOperationException>().WithMessage("*nothing is left*");

    [Fact]
    public void What_goes_on_for_ever_is_said() => FluentActions.Invoking(() => VirtualTime.Run(async clock =>
    {
        while (true)
            await Task.Delay(TimeSpan.FromHours(1), clock);
    })).Should().Throw<TimeoutException>();

    [Fact]
    public void Failures_come_out() => FluentActions.Invoking(() => VirtualTime.Run(async clock =>
    {
        await Task.Delay(TimeSpan.FromHours(1), clock);
        throw new FormatException("x");
    })).Should().Throw<FormatException>();

    [Fact]
    public void Timers_repeat_move_and_stop()
    {
        var clock = new ManualTimeProvider();
        var fired = new List<double>();
        var timer = clock.CreateTimer(_ => fired.Add(clock.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6));
        fired.Should().Equal(1, 3, 5);
        timer.Change(TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(10));
        fired.Should().Equal(1, 3, 5, 10);
        timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        timer.Dispose();
        clock.Advance(TimeSpan.FromSeconds(10));
        fired.Should().HaveCount(4);
        clock.NextDue.Should().BeNull();
        clock.Elapsed.Should().Be(TimeSpan.FromSeconds(26));
    }
}
