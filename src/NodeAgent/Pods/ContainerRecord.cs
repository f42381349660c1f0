using Model.Pods;
using Model.Status;

namespace NodeAgent.Pods;

/// <summary>
/// Where a container stands. Within one run of it the stages only rise; a restart begins again at Absent with a new Docker container.
/// </summary>
internal enum ContainerStage
{
    /// <summary>Not made yet, or not anew.</summary>
    Absent,
    /// <summary>Its image is on the way.</summary>
    Pulling,
    Created,
    /// <summary>Docker took the start; what became of it has not been looked at.</summary>
    Started,
    Running,
    Exited,
    /// <summary>Ended for good: its restart policy wants no more of it.</summary>
    Finished,
}

/// <summary>All that is known of one container of a pod, as of now.</summary>
internal sealed record ContainerRecord
{
    public required Container Spec { get; init; }
    public ContainerStage Stage { get; init; } = ContainerStage.Absent;
    public int RestartCount { get; init; }
    /// <summary>Docker's id of the newest one, running or not.</summary>
    public string? Id { get; init; }
    public string? ImageId { get; init; }
    public string IpAddress { get; init; } = "";
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>It was started at least once: what a pod needs of each container to be Running.</summary>
    public bool EverStarted { get; init; }
    /// <summary>Set while it does not run and will.</summary>
    public ContainerWaiting? Waiting { get; init; } = Creating;
    /// <summary>How this run ended.</summary>
    public ContainerExit? Exit { get; init; }
    /// <summary>How the run before ended.</summary>
    public ContainerExit? LastExit { get; init; }

    public static ContainerWaiting Creating { get; } = new("ContainerCreating");

    public bool IsReady => Stage == ContainerStage.Running;

    public ContainerStatus ToStatus() => new()
    {
        Name = Spec.Name,
        Image = Spec.Image,
        ImageID = ImageId,
        ContainerID = Id is null ? null : $"docker://{Id}",
        Ready = IsReady,
        Started = IsReady,
        RestartCount = RestartCount,
        State = this switch
        {
            { Exit: { } exit } => new() { Terminated = exit.ToStatus() },
            { Stage: ContainerStage.Running } => new() { Running = new ContainerRunning(StartedAt) },
            _ => new() { Waiting = Waiting ?? Creating },
        },
        LastState = LastExit is { } last ? new() { Terminated = last.ToStatus() } : null,
    };
}
