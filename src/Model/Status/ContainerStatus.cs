namespace Model.Status;

public sealed record ContainerStatus
{
    public required string Name { get; init; }
    public required string Image { get; init; }
    public string? ImageID { get; init; }
    /// <summary>`docker://{id}`.</summary>
    public string? ContainerID { get; init; }
    public bool Ready { get; init; }
    public bool Started { get; init; }
    public int RestartCount { get; init; }
    public ContainerStateStatus State { get; init => field = value ?? new(); } = new();
    /// <summary>The one before, where it ended.</summary>
    public ContainerStateStatus? LastState { get; init; }
}

/// <summary>Exactly one of the three is set.</summary>
public sealed record ContainerStateStatus
{
    public ContainerWaiting? Waiting { get; init; }
    public ContainerRunning? Running { get; init; }
    public ContainerTerminated? Terminated { get; init; }
}

/// <summary>Reasons: ContainerCreating, PullingImage, ErrImagePull, ImagePullBackOff, CreateContainerError, RunContainerError, CrashLoopBackOff.</summary>
public sealed record ContainerWaiting(string Reason, string? Message = null);

public sealed record ContainerRunning(DateTimeOffset? StartedAt);

/// <summary>Reasons: Completed, Error, OOMKilled, ContainerGone.</summary>
public sealed record ContainerTerminated
{
    public required int ExitCode { get; init; }
    /// <summary>Where a signal ended it: the exit code less 128.</summary>
    public int? Signal { get; init; }
    public required string Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? ContainerID { get; init; }
}
