using Model.Keys;
using Model.Pods;
using Model.Status;

namespace Model.Assignments;

/// <summary>
/// The value of assignments/{ns}/{pod}/{uid}: the intent that one incarnation of a pod runs on one agent. It is written before
/// the launch, and deleted in the transaction that stores the end.
/// </summary>
public sealed record Assignment
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public required string Uid { get; init; }
    public required int Attempt { get; init; }
    public required long SpecCreateRevision { get; init; }
    /// <summary>The mod revision of the spec that was accepted.</summary>
    public required long SpecRevision { get; init; }
    public required string SpecHash { get; init; }
    public required PodSpec Spec { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? new Dictionary<string, string>(); }
        = new Dictionary<string, string>();
    public required string AgentId { get; init; }
    public required string Hostname { get; init; }
    /// <summary>Where the agent says it is reached; its host name where it does not say.</summary>
    public required string HostIP { get; init; }
    public required string ExecutorId { get; init; }
    public required IReadOnlyList<PortStatus> Ports { get; init; }
    public required long CpuMilli { get; init; }
    public required long MemoryBytes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>The newest that Mesos said; null before it said anything.</summary>
    public TaskReport? Report { get; init; }
    /// <summary>The newest status that came along with an update.</summary>
    public PodStatus? Status { get; init; }
    /// <summary>Set, fenced, before the first KILL; never taken back.</summary>
    public StopIntent? Stop { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public PodKey Pod => new(Namespace, Name);

    [System.Text.Json.Serialization.JsonIgnore]
    public string TaskId => TaskIds.OfPod(Pod, Uid);
}

/// <summary>What Mesos said of the task, in Mesos' own words (`TASK_RUNNING`, `REASON_EXECUTOR_TERMINATED`).</summary>
public sealed record TaskReport
{
    public required string State { get; init; }
    public string? Source { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? At { get; init; }
}

/// <summary>Why a pod is stopped: SpecDeleted, SpecChanged.</summary>
public sealed record StopIntent(string Reason, string? Message, DateTimeOffset At);
