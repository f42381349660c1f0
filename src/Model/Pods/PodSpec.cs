namespace Model.Pods;

/// <summary>What decides how a pod runs: a change of it is a new incarnation of the pod; a change of metadata alone is not.</summary>
public sealed record PodSpec
{
    public required IReadOnlyList<Container> Containers { get; init; }
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.Always;
    /// <summary>From SIGTERM to SIGKILL; 300 at most, the executor's own grace.</summary>
    [System.Text.Json.Serialization.JsonRequired]
    public int TerminationGracePeriodSeconds { get; init; } = DefaultGracePeriodSeconds;

    public const int DefaultGracePeriodSeconds = 30;
    public const int MaxGracePeriodSeconds = 300;
}

public enum RestartPolicy { Always, OnFailure, Never }
