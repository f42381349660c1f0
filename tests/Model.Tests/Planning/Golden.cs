namespace Model.Tests.Planning;

/// <summary>Texts that people read, kept beside the tests: UPDATE_GOLDEN=1 writes them anew, and the diff is read.</summary>
internal static class Golden
{
    public static void Check(string file, string actual)
    {
        var path = Path.Combine(Testing.Programs.RepositoryRoot, "tests", "Model.Tests", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        actual.Should().Be(File.ReadAllText(path), $"{file} says so; UPDATE_GOLDEN=1 writes it anew");
    }
}
