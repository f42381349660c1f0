using System.Runtime.CompilerServices;

namespace Testing;

/// <summary>
/// Compares with a file of the folder Golden/ beside the test; UPDATE_GOLDEN=1 writes it instead, and the difference is then read by
/// a person.
/// </summary>
public static class GoldenFile
{
    public static void Check(string file, string actual, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, "Golden", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (actual != expected)
            throw new GoldenFileException($"{path} (UPDATE_GOLDEN=1 rewrites it) holds:\n{expected}\nbut this came:\n{actual}");
    }
}

public sealed class GoldenFileException(string message) : Exception(message);
