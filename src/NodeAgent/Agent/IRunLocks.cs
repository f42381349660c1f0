namespace NodeAgent.Agent;

/// <summary>
/// One file for each executor run of this machine, locked (flock) while the run lives; the kernel frees it however the run ends.
/// </summary>
public interface IRunLocks
{
    /// <summary>A random id of this machine, made once; it outlives Mesos' agent ids.</summary>
    string HostId { get; }

    /// <summary>Holds this run's lock until this process ends.</summary>
    void Hold(string run);

    /// <summary>True where no process holds the run's lock, or there is none.</summary>
    bool IsDead(string run);
}
