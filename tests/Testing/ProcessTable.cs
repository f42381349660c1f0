using System.Globalization;
using System.Text;

namespace Testing;

public static class ProcessTable
{
    /// <summary>The ids of living processes that were started with this text in their environment.</summary>
    public static IReadOnlyList<int> WithInEnvironment(string text) => With("environ", text);

    /// <summary>The ids of living processes that have this text in their arguments.</summary>
    public static IReadOnlyList<int> WithInArguments(string text) => With("cmdline", text);

    private static List<int> With(string file, string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                // Of a process that has ended and is not reaped yet, it is empty.
                if (File.ReadAllBytes($"{folder}/{file}").AsSpan().IndexOf(wanted) >= 0)
                    found.Add(id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is not ours.
            }
        }
        return found;
    }
}
