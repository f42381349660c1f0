using NodeAgent.Agent;

namespace NodeAgent.Orphans;

/// <summary>
/// Locks as files in `{state directory}/locks`, and the host id beside them. .NET opens with O_CLOEXEC and takes flock(2) for
/// <see cref="FileShare.None"/>, so the kernel frees the lock at the death of the process, and no child keeps it.
/// </summary>
public sealed class FlockRunLocks : IRunLocks, IDisposable
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _locks;
    private readonly Dictionary<string, FileStream> _held = [];

    /// <summary>Makes the directory and the host id where they are not there yet. Throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> where it may not.</summary>
    public FlockRunLocks(string stateDirectory)
    {
        _locks = Path.Combine(stateDirectory, "locks");
        Directory.CreateDirectory(_locks, OnlyMine | UnixFileMode.UserExecute);
        HostId = ReadOrMakeHostId(Path.Combine(stateDirectory, "host-id"));
    }

    public string HostId { get; }

    /// <summary>Throws <see cref="IOException"/> where locks do not work: every run would look dead, and be swept.</summary>
    public void Hold(string run)
    {
        if (_held.ContainsKey(run))
            return;
        _held[run] = Open(run);
        if (IsDead(run))
            throw new IOException($"file locks do not work in {_locks} (a network file system, or .NET told not to lock)");
    }

    public bool IsDead(string run)
    {
        // The name may come from a container's label, which others can write; of a strange one nothing is known.
        if (!IsName(run))
            return false;
        if (!File.Exists(PathOf(run)))
            return true;
        try
        {
            using var taken = Open(run);
            return true;
        }
        catch (IOException)
        {
            return false; // Locked; or not to be opened, and then nothing is known of the run: it is let alone.
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var held in _held.Values)
            held.Dispose();
        _held.Clear();
    }

    private FileStream Open(string run) => new(PathOf(run), new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        UnixCreateMode = OnlyMine,
        BufferSize = 0,
    });

    private static bool IsName(string run) => run is not ("" or "." or "..") && !run.Contains('/', StringComparison.Ordinal);

    private string PathOf(string run) =>
        IsName(run) ? Path.Combine(_locks, run) : throw new ArgumentException($"'{run}' is not the name of a run", nameof(run));

    private static string ReadOrMakeHostId(string path)
    {
        if (Read(path) is { } there)
            return there;
        // Two agents may start at once: each writes a file of its own, and the first to give it the name wins.
        var mine = $"{path}.{Path.GetRandomFileName()}";
        using (var file = new FileStream(mine, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OnlyMine,
        }))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(
                Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(mine, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(mine);
        }
        return Read(path) ?? throw new IOException($"{path} is empty; remove it only if no agent has containers on this machine");
    }

    private static string? Read(string path) =>
        File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : null;
}
