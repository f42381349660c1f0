namespace Reconciler.Control;

/// <summary>What the control loop is told; all times have defaults that suit a cluster.</summary>
public sealed record ControlPlaneOptions
{
    public string Prefix { get; init; } = Model.Keys.KeyLayout.DefaultPrefix;
    /// <summary>Who stands in control/leader: for people.</summary>
    public required string Identity { get; init; }
    public TimeSpan LeaderTtl { get; init; } = TimeSpan.FromSeconds(5);
    public string FrameworkName { get; init; } = "reconciler";
    public string User { get; init; } = "root";
    public string Role { get; init; } = "reconciler";
    /// <summary>How long a deletion that the watch missed can go unseen.</summary>
    public TimeSpan ListAnewAfter { get; init; } = TimeSpan.FromMinutes(10);
    public TimeSpan FailoverTimeout { get; init; } = TimeSpan.FromDays(7);
    public required AgentSource Agent { get; init; }
}

/// <summary>How machines get the node agent, and what they tell it.</summary>
public sealed record AgentSource
{
    /// <summary>Where the agent's program stands on every machine; for development. Null: it is fetched from <see cref="Uri"/>.</summary>
    public string? Path { get; init; }
    /// <summary>Where machines fetch it; the reconciler itself serves it at /agent/{sha256}.</summary>
    public string? Uri { get; init; }
    public string? Sha256 { get; init; }
    /// <summary>Passed to the agent: how it reaches etcd; null: it reports through Mesos alone.</summary>
    public string? EtcdEndpoint { get; init; }
    /// <summary>Where an agent keeps its host id and its locks.</summary>
    public string StateDirectory { get; init; } = "/var/lib/reconciler";
    public double Cpus { get; init; } = 0.1;
    public long MemoryMegabytes { get; init; } = 192;
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(300);
}
