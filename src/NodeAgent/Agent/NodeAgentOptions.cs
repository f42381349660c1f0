namespace NodeAgent.Agent;

/// <summary>What an agent is told by its environment and its executor.</summary>
public sealed record NodeAgentOptions
{
    public required string FrameworkId { get; init; }
    public required string ExecutorId { get; init; }
    /// <summary>Mesos' container id of this executor: the run.</summary>
    public required string Run { get; init; }
    public string Prefix { get; init; } = Model.Keys.KeyLayout.DefaultPrefix;
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(15);
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(300);
    public TimeSpan NodeTtl { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Containers younger than this are never called orphans: a create may still be on its way to its record.</summary>
    public TimeSpan OrphanGracePeriod { get; init; } = TimeSpan.FromSeconds(10);
    public string Version { get; init; } = "";
}
