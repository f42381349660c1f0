namespace Loops;

/// <summary>Delays that grow: min × factor^failures, up to max, less up to a jitter share of it.</summary>
public sealed record Backoff(TimeSpan Min, TimeSpan Max, double Factor = 2, double Jitter = 0.2)
{
    /// <param name="failures">From 0.</param>
    /// <param name="random">Of the loop; null: no jitter.</param>
    public TimeSpan Delay(int failures, Random? random = null)
    {
        var grown = Math.Min(Max.TotalMilliseconds, Min.TotalMilliseconds * Math.Pow(Factor, Math.Min(failures, 60)));
        return TimeSpan.FromMilliseconds(grown * (1 - Jitter * (random?.NextDouble() ?? 0)));
    }
}
