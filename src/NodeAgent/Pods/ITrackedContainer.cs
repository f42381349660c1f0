namespace NodeAgent.Pods;

/// <summary>A container that somebody supervises.</summary>
internal interface ITrackedContainer
{
    /// <summary>Docker's id while it is believed to run; else null.</summary>
    string? RunningId { get; }

    /// <summary>Something may have happened to it: look.</summary>
    void Hint();
}
