namespace LocalMesos.Core;

/// <summary>The flags of master and agents that matter here, with Mesos' own defaults.</summary>
public sealed record MesosCoreOptions
{
    public string Hostname { get; init; } = "127.0.0.1";
    public string Ip { get; init; } = "127.0.0.1";
    public int Port { get; init; } = 5050;
    /// <summary>Sandboxes are below it: slaves/{agent id}/frameworks/….</summary>
    public string WorkDirectory { get; init; } = "/var/lib/mesos";

    public TimeSpan AllocationInterval { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan UpdateRetryMin { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan UpdateRetryMax { get; init; } = TimeSpan.FromMinutes(10);
    public TimeSpan ExecutorRegistrationTimeout { get; init; } = TimeSpan.FromMinutes(1);
    public TimeSpan ExecutorReregistrationTimeout { get; init; } = TimeSpan.FromSeconds(2);
    public TimeSpan ExecutorShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>agent_ping_timeout times max_agent_ping_timeouts: an agent away for so long is unreachable.</summary>
    public TimeSpan AgentUnreachableAfter { get; init; } = TimeSpan.FromSeconds(75);
    /// <summary>What executors are told as MESOS_RECOVERY_TIMEOUT.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(15);
}
