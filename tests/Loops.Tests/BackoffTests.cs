namespace Loops.Tests;

public sealed class BackoffTests
{
    private static readonly Backoff Plain = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 16)]
    [InlineData(5, 30)]
    [InlineData(60, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Delays_double_up_to_the_longest(int failures, double seconds) =>
        Plain.Delay(failures).Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Jitter_shortens_by_its_share_at_most_and_never_lengthens()
    {
        var random = new Random(1);
        var delays = Enumerable.Range(0, 1000).Select(_ => Plain.Delay(3, random).TotalSeconds).ToList();
        delays.Should().OnlyContain(d => d > 8 * 0.8 && d <= 8);
        (delays.Max() - delays.Min()).Should().BeGreaterThan(1, "a jitter that does not spread is none");
    }

    [Fact]
    public void The_factor_is_ones_own() =>
        new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), Factor: 3).Delay(2).Should().Be(TimeSpan.FromMilliseconds(900));
}
