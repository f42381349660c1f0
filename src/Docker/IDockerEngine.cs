namespace Docker;

/// <summary>
/// The seam to a Docker Engine (API 1.24 and later; the version is negotiated at the first call). Every call has a deadline.
/// Errors: <see cref="DockerException"/> with the Engine's HTTP status, or null where there was no answer in time:
/// whether the call took effect is then unknown.
/// </summary>
public interface IDockerEngine
{
    /// <summary>GET /info and /version: what the node reports of its engine.</summary>
    Task<EngineInfo> InfoAsync(CancellationToken cancellation = default);

    /// <summary>Creates a container; returns its id. 409: the name is taken. 404: the image is not there.</summary>
    Task<string> CreateContainerAsync(string name, ContainerConfig config, CancellationToken cancellation = default);

    /// <summary>Starts a container. One that runs already is no error.</summary>
    Task StartContainerAsync(string id, CancellationToken cancellation = default);

    /// <summary>
    /// SIGTERM (or the image's stop signal), then SIGKILL after the grace period (rounded up to whole seconds).
    /// One that does not run, or is gone, is no error. Returns when it has stopped; may take the grace period and 30 s more.
    /// </summary>
    Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation = default);

    /// <summary>Sends a signal. One that does not run (409) or is gone (404) is no error.</summary>
    Task KillContainerAsync(string id, string signal = "SIGKILL", CancellationToken cancellation = default);

    /// <summary>Waits until the container does not run; returns its exit code. No deadline but the caller's.</summary>
    Task<long> WaitContainerAsync(string id, CancellationToken cancellation = default);

    /// <summary>Removes a container, with its anonymous volumes; by force, a running one too. One that is gone is no error.</summary>
    Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation = default);

    /// <summary>The container by id or name; null where there is none.</summary>
    Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation = default);

    /// <summary>All containers, stopped ones too, that carry every one of the labels (`key` or `key=value`).</summary>
    Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(
        IReadOnlyCollection<string> labels, CancellationToken cancellation = default);

    /// <summary>The container's output, demultiplexed: chunks as they come, until it ends where followed.</summary>
    IAsyncEnumerable<LogChunk> LogsAsync(string id, LogQuery query, CancellationToken cancellation = default);

    /// <summary>
    /// Container events of what carries the labels, from <paramref name="since"/> on. Ends, or throws, when the connection
    /// does: the caller lists anew and asks again.
    /// </summary>
    IAsyncEnumerable<ContainerEvent> EventsAsync(
        IReadOnlyCollection<string> labels, DateTimeOffset? since, CancellationToken cancellation = default);

    /// <summary>The image; null where it is not there.</summary>
    Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellation = default);

    /// <summary>Pulls an image; progress as it comes. Slow is no fault as long as bytes move.</summary>
    Task PullImageAsync(string image, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default);

    /// <summary>
    /// Makes an image from a tar stream of its root file system, with Dockerfile instructions (`CMD ["/pause"]`) applied.
    /// </summary>
    Task ImportImageAsync(
        Stream rootFileSystemTar, string repository, string tag, IReadOnlyCollection<string> changes, CancellationToken cancellation = default);

    /// <summary>Removes an image by reference. One that is gone is no error.</summary>
    Task RemoveImageAsync(string image, CancellationToken cancellation = default);
}
