namespace Model.Status;

/// <summary>
/// The value of status/pods/{ns}/{name}, in Kubernetes' names. The leader answers for what was asked (observedRevision, Accepted,
/// Scheduled, where it was put); the node agent for what happens (phase, containers, addresses). See <see cref="PodStatusParts"/>.
/// </summary>
/// <remarks>The JSON reader gives null for a list that is not there, whatever its initializer says: none is ever null.</remarks>
public sealed record PodStatus
{
    public PodPhase Phase { get; init; } = PodPhase.Pending;
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public IReadOnlyList<Condition> Conditions { get; init => field = value ?? []; } = [];
    /// <summary>Every fault of the newest spec, where it was not accepted.</summary>
    public IReadOnlyList<SpecFault> Faults { get; init => field = value ?? []; } = [];
    public string? HostIP { get; init; }
    public string? PodIP { get; init; }
    public IReadOnlyList<PortStatus> Ports { get; init => field = value ?? []; } = [];
    public IReadOnlyList<ContainerStatus> ContainerStatuses { get; init => field = value ?? []; } = [];
    public string? AgentId { get; init; }
    public string? TaskId { get; init; }
    /// <summary>Of the incarnation that this status tells of.</summary>
    public string? Uid { get; init; }
    /// <summary>The number of that incarnation, from 1; 0 where there was none yet.</summary>
    public int Attempt { get; init; }
    /// <summary>The mod revision of the spec that this status answers.</summary>
    public long ObservedRevision { get; init; }
    /// <summary>The hash of the accepted spec that this incarnation runs.</summary>
    public string? SpecHash { get; init; }
    public DateTimeOffset? StartTime { get; init; }
}

public enum PodPhase { Pending, Running, Succeeded, Failed, Unknown }

/// <summary>One port as it can be reached: hostIP:hostPort.</summary>
public sealed record PortStatus
{
    public required string Container { get; init; }
    public string? Name { get; init; }
    public required int ContainerPort { get; init; }
    public required int HostPort { get; init; }
    public string Protocol { get; init => field = value ?? "TCP"; } = "TCP";
}

/// <summary>One fault of a spec: where it is, what it is. Line and column count from 1; 0 where the place has none.</summary>
public sealed record SpecFault(string Path, string Message, int Line, int Column);
