using System.Globalization;

namespace Docker.Http;

/// <summary>A version of the Engine API, such as 1.41.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>The version that this client is written to.</summary>
    public static readonly ApiVersion Ours = new(1, 41);

    /// <summary>The oldest that it can speak.</summary>
    public static readonly ApiVersion Oldest = new(1, 24);

    public static ApiVersion? Parse(string? text)
    {
        var parts = text?.Split('.') ?? [];
        return parts.Length == 2 &&
            int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) &&
            int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new ApiVersion(major, minor)
            : null;
    }

    /// <summary>
    /// What to speak with a server: ours, or the server's where that is older. A server that no longer speaks ours
    /// gets the oldest it takes: what this client uses of the API has only ever been added to.
    /// </summary>
    public static ApiVersion Choose(ApiVersion server, ApiVersion? serverMinimum)
    {
        if (server < Oldest)
            throw new DockerException($"Docker speaks API {server}; at least {Oldest} is needed");
        if (serverMinimum > Ours)
            return serverMinimum.Value;
        return server < Ours ? server : Ours;
    }

    public int CompareTo(ApiVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;
    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;
    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
