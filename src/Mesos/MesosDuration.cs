using System.Globalization;

namespace Mesos;

/// <summary>Durations as Mesos writes them in flags and environments: `15mins`, `2secs`, `1.5hrs`.</summary>
public static class MesosDuration
{
    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("weeks", 7m * TimeSpan.TicksPerDay), ("days", TimeSpan.TicksPerDay), ("hrs", TimeSpan.TicksPerHour),
        ("mins", TimeSpan.TicksPerMinute), ("secs", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond), ("ns", 0.01m),
    ];

    /// <summary>False where the text is no duration; a unit is always needed.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, ticks) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
            if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), Style, CultureInfo.InvariantCulture, out var number)
                || Math.Abs(number) > TimeSpan.MaxValue.Ticks / ticks)
                return false;
            duration = TimeSpan.FromTicks((long)(number * ticks));
            return true;
        }
        return false;
    }

    /// <summary>In the largest unit that leaves a whole number.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (unit, ticks) in Units)
        {
            if (duration.Ticks % ticks == 0 && (duration != TimeSpan.Zero || unit == "secs"))
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks:0}{unit}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks * 100}ns");
    }
}
