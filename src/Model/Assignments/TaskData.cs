using Model.Pods;
using Model.Status;

namespace Model.Assignments;

public enum TaskKind { Node, Pod }

/// <summary>TaskInfo.data: all that an agent needs to start what the task stands for, without reading etcd.</summary>
public sealed record TaskData
{
    public required TaskKind Kind { get; init; }
    /// <summary>Only for <see cref="TaskKind.Pod"/>.</summary>
    public PodTask? Pod { get; init; }
    /// <summary>
    /// Only for <see cref="TaskKind.Node"/>: Mesos' ids of this framework before the present one, whose dead containers are ours
    /// to remove too.
    /// </summary>
    public IReadOnlyList<string> EarlierFrameworkIds { get; init => field = value ?? []; } = [];
}

public sealed record PodTask
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public required string Uid { get; init; }
    public required string SpecHash { get; init; }
    public required PodSpec Spec { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? new Dictionary<string, string>(); }
        = new Dictionary<string, string>();
    public required IReadOnlyList<PortStatus> Ports { get; init; }
    /// <summary>The status as the leader wrote it at the assignment, with the revision of that write: the agent goes on from it.</summary>
    public required PodStatus Status { get; init; }
    public required long StatusRevision { get; init; }
}
