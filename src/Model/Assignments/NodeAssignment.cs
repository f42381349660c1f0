namespace Model.Assignments;

/// <summary>
/// The value of nodeassignments/{agent id}: the node task placed there. The generation rises with each executor that was lost, and
/// with it the executor's id: an id is never used again after a death.
/// </summary>
public sealed record NodeAssignment
{
    public required string AgentId { get; init; }
    public required string Hostname { get; init; }
    public required int Generation { get; init; }
    public required string ExecutorId { get; init; }
    public required string TaskId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>The executor of this generation is dead: the next placement takes the next one.</summary>
    public bool Lost { get; init; }
    public TaskReport? Report { get; init; }
}

/// <summary>The value of nodes/{agent id}: what an executor says of its machine, under its lease.</summary>
public sealed record NodeInfo
{
    public required string AgentId { get; init; }
    public required string Hostname { get; init; }
    /// <summary>A random id kept on the machine: it outlives Mesos' agent ids.</summary>
    public required string HostId { get; init; }
    public required string ExecutorId { get; init; }
    /// <summary>Mesos' container id of the executor: one run of it.</summary>
    public required string Run { get; init; }
    public string? AgentVersion { get; init; }
    public string? DockerVersion { get; init; }
    public string? KernelVersion { get; init; }
    public string? OperatingSystem { get; init; }
    public IReadOnlyDictionary<string, string> Attributes { get; init => field = value ?? new Dictionary<string, string>(); }
        = new Dictionary<string, string>();
    public IReadOnlyList<Status.Condition> Conditions { get; init => field = value ?? []; } = [];
    public DateTimeOffset? StartedAt { get; init; }
}
