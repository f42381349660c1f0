using Docker;
using Model.Status;

namespace NodeAgent.Pods;

/// <summary>How one run of a container ended.</summary>
internal sealed record ContainerExit
{
    public required int ExitCode { get; init; }
    public bool OomKilled { get; init; }
    /// <summary>Somebody else removed the container: how it ended is not known.</summary>
    public bool Gone { get; init; }
    /// <summary>The agent stopped it because its sandbox had died: whatever its exit code, it did not end by itself.</summary>
    public bool Forced { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? ContainerId { get; init; }

    public bool Failed => ExitCode != 0 || Forced || Gone;

    public static ContainerExit From(ContainerDetails details) => new()
    {
        ExitCode = details.State.ExitCode,
        OomKilled = details.State.OomKilled,
        Message = details.State.Error is { Length: > 0 } error ? error : null,
        StartedAt = details.State.StartedAt,
        FinishedAt = details.State.FinishedAt,
        ContainerId = details.Id,
    };

    /// <summary>137 is what a SIGKILL leaves, which is the most that can be said.</summary>
    public static ContainerExit OfGone(string? id, DateTimeOffset? startedAt, DateTimeOffset now) => new()
    {
        ExitCode = 137,
        Gone = true,
        Message = "the container was removed by somebody else",
        StartedAt = startedAt,
        FinishedAt = now,
        ContainerId = id,
    };

    public ContainerTerminated ToStatus() => new()
    {
        ExitCode = ExitCode,
        Signal = ExitCode is > 128 and <= 128 + 64 ? ExitCode - 128 : null,
        Reason = Gone ? "ContainerGone" : OomKilled ? "OOMKilled" : ExitCode == 0 ? "Completed" : "Error",
        Message = Message,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        ContainerID = ContainerId is null ? null : $"docker://{ContainerId}",
    };
}
