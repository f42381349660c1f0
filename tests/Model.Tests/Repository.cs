using System.Runtime.CompilerServices;

namespace Model.Tests;

/// <summary>Where the sources lie: examples and golden files are read, and rewritten, in place.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static string Of(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
