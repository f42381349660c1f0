namespace Testing;

/// <summary>The published programs: in the folder that RECONCILER_PROGRAMS names, else in out/ of this repository.</summary>
public static class Programs
{
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Where `make build` leaves them, whether it did or not.</summary>
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("RECONCILER_PROGRAMS") is { Length: > 0 } folder ? folder : System.IO.Path.Combine(RepositoryRoot, "out");

    public static string Path(string name)
    {
        var path = System.IO.Path.Combine(Folder, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there: these tests run the published programs; `make build` makes them");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Reconciler.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not below the folder of Reconciler.sln");
    }
}
