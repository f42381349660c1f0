namespace Model.Tests;

internal static class Golden
{
    /// <summary>Compares with the file; with `UPDATE_GOLDEN=1` writes it instead.</summary>
    public static void Matches(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, actual);
        File.Exists(file).Should().BeTrue($"{file} is missing; UPDATE_GOLDEN=1 writes it");
        actual.Should().Be(File.ReadAllText(file), $"of {file}; UPDATE_GOLDEN=1 rewrites it, and the difference is to be read");
    }
}
