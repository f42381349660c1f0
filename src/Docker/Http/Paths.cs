using System.Buffers;
using System.Text.Json;
using Docker.Wire;

namespace Docker.Http;

/// <summary>Makes paths and queries out of what callers give, so that no name can reach another part of the API.</summary>
internal static class Paths
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>A container's id or name as one path segment.</summary>
    public static string Container(string idOrName)
    {
        // Docker tidies the decoded path and redirects: an escaped slash would still be one.
        if (idOrName is "" or "." or ".." || idOrName.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new DockerException($"'{idOrName}' is no container id or name", 400);
        return "/containers/" + idOrName;
    }

    /// <summary>An image reference; its slashes stay.</summary>
    public static string Image(string reference)
    {
        var segments = reference.Split('/');
        if (segments.Any(s => s is "" or "." or ".."))
            throw new DockerException($"'{reference}' is no image reference", 400);
        return "/images/" + string.Join('/', segments.Select(Uri.EscapeDataString));
    }

    /// <summary>Docker's `filters` query value.</summary>
    public static string Filters(params ReadOnlySpan<(string Key, IReadOnlyCollection<string> Values)> filters)
    {
        var all = new Dictionary<string, IReadOnlyCollection<string>>();
        foreach (var (key, values) in filters)
        {
            if (values.Count > 0)
                all[key] = values;
        }
        return "filters=" + Uri.EscapeDataString(JsonSerializer.Serialize(all, WireJson.Shared.FilterMap));
    }
}
