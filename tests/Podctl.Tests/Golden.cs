using System.Runtime.CompilerServices;

namespace Podctl.Tests;

/// <summary>Compares with a file of Golden/; UPDATE_GOLDEN=1 writes it instead, and the difference is then read by a person.</summary>
internal static class Golden
{
    public static void Check(string file, string actual, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, "Golden", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        actual.Should().Be(File.ReadAllText(path), "that is what {0} holds (UPDATE_GOLDEN=1 rewrites it)", path);
    }
}
