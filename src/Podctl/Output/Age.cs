using System.Globalization;

namespace Podctl.Output;

/// <summary>A span of time in one or two units, as kubectl shows ages: 45s, 12m, 3h20m, 5d.</summary>
internal static class Age
{
    public static string Since(DateTimeOffset? start) => start is { } time ? Of(TimeProvider.System.GetUtcNow() - time) : "-";

    public static string Of(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "0s",
        { TotalMinutes: < 2 } => Text($"{(int)age.TotalSeconds}s"),
        { TotalMinutes: < 10 } => Text($"{(int)age.TotalMinutes}m{Rest(age.Seconds, 's')}"),
        { TotalHours: < 3 } => Text($"{(int)age.TotalMinutes}m"),
        { TotalHours: < 10 } => Text($"{(int)age.TotalHours}h{Rest(age.Minutes, 'm')}"),
        { TotalHours: < 48 } => Text($"{(int)age.TotalHours}h"),
        _ => Text($"{(int)age.TotalDays}d"),
    };

    private static string Rest(int count, char unit) => count == 0 ? "" : Text($"{count}{unit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
