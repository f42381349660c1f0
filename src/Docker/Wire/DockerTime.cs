using System.Globalization;

namespace Docker.Wire;

/// <summary>Docker's times: RFC 3339 with up to nine decimals, of which .NET holds seven.</summary>
internal static class DockerTime
{
    /// <summary>Null for Docker's "never" (the year 1), for nothing, and for what is no time.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null)
            return null;
        var dot = text.IndexOf('.');
        if (dot >= 0)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            if (end - dot - 1 > 7)
                text = string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end));
        }
        return DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) &&
            time.Year > 1
            ? time
            : null;
    }

    /// <summary>`seconds.nanoseconds`, as `since` wants it.</summary>
    public static string Query(DateTimeOffset time)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        var (seconds, rest) = Math.DivRem(Math.Max(0, ticks), TimeSpan.TicksPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest * TimeSpan.NanosecondsPerTick:D9}");
    }

    /// <summary>Rounded down, so that asking for events from there on has that event again rather than not.</summary>
    public static DateTimeOffset FromNanoseconds(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
