using System.Runtime.CompilerServices;
using System.Text;
using Docker;
using Simulation.World;

namespace Simulation.Engine;

/// <summary>One process' way to its machine's Engine, over a link that may lose, refuse and hang.</summary>
public sealed class SimDocker : IDockerEngine
{
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(30);

    private readonly DockerModel _engine;
    private readonly SimProcess _process;

    public SimDocker(DockerModel engine, SimProcess process)
    {
        _engine = engine;
        _process = process;
        var random = process.World.RandomFor($"docker link {process.Name}");
        Link = new SimLink(process, engine.Name, random, why => new DockerException($"docker: {why}"))
        {
            Deadline = TimeSpan.FromSeconds(30),
            Refusal = what => new DockerException($"docker: {what}: internal error", 500),
        };
    }

    public SimLink Link { get; }
    /// <summary>As a removal is done: for the checks.</summary>
    public event Action<ContainerDetails>? Removing;

    public SortedDictionary<string, int> CallsByKind { get; } = new(StringComparer.Ordinal);

    public Task<EngineInfo> InfoAsync(CancellationToken cancellation = default) => CallAsync("info", "", () => new EngineInfo
    {
        Version = "20.10.24",
        ApiVersion = "1.41",
        CgroupDriver = "cgroupfs",
        CgroupVersion = "1",
        StorageDriver = "overlay2",
    }, cancellation);

    public Task<string> CreateContainerAsync(string name, ContainerConfig config, CancellationToken cancellation = default) =>
        CallAsync("create", name, () => _engine.Create(name, config), cancellation);

    public Task StartContainerAsync(string id, CancellationToken cancellation = default) =>
        CallAsync("start", id, () => _engine.Start(id), cancellation);

    public Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation = default)
    {
        Count("stop");
        return Link.CallAsync<bool>(
            $"stop {Short(id)}", reply => _engine.Stop(id, gracePeriod, () => reply(true, null)), gracePeriod + StopMargin, cancellation);
    }

    public Task KillContainerAsync(string id, string signal = "SIGKILL", CancellationToken cancellation = default) =>
        CallAsync($"kill {signal}", id, () => _engine.Signal(id, signal), cancellation);

    public Task<long> WaitContainerAsync(string id, CancellationToken cancellation = default)
    {
        Count("wait");
        return Link.CallAsync<long>($"wait {Short(id)}", reply =>
        {
            try
            {
                _engine.Wait(id, code => reply(code, null));
            }
            catch (DockerException e)
            {
                reply(0, e);
            }
        }, Timeout.InfiniteTimeSpan, cancellation);
    }

    public Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation = default) =>
        CallAsync("remove", id, () =>
        {
            if (_engine.Inspect(id) is { } found)
                Removing?.Invoke(found);
            _engine.Remove(id, force);
        }, cancellation);

    public Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation = default) =>
        CallAsync("inspect", idOrName, () => _engine.Inspect(idOrName), cancellation);

    public Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(
        IReadOnlyCollection<string> labels, CancellationToken cancellation = default) =>
        CallAsync("list", "", () => _engine.List(labels), cancellation);

    public async IAsyncEnumerable<LogChunk> LogsAsync(
        string id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var line = await CallAsync("logs", id, () => _engine.Inspect(id) is { } found
            ? $"{found.Name} says hello\n"
            : throw new DockerException($"No such container: {id}", 404), cancellation);
        yield return new LogChunk(LogStream.Stdout, Encoding.UTF8.GetBytes(line));
    }

    public IAsyncEnumerable<ContainerEvent> EventsAsync(
        IReadOnlyCollection<string> labels, DateTimeOffset? since, CancellationToken cancellation = default)
    {
        Count("events");
        return new SimDockerEvents(_engine, Link, _process, labels, since).ReadAsync(cancellation);
    }

    public Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellation = default) =>
        CallAsync("inspect image", image, () => _engine.HasImage(image)
            ? new ImageDetails { Id = $"sha256:{image}", RepoTags = [DockerModel.WithTag(image)] }
            : null, cancellation);

    public Task PullImageAsync(string image, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default) =>
        CallAsync("pull", image, () =>
        {
            if (!image.StartsWith("pull/", StringComparison.Ordinal))
                throw new DockerException($"pull access denied for {image}, repository does not exist", 404);
            _engine.AddImage(image);
        }, cancellation);

    public Task ImportImageAsync(
        Stream rootFileSystemTar, string repository, string tag, IReadOnlyCollection<string> changes, CancellationToken cancellation = default) =>
        CallAsync("import", $"{repository}:{tag}", () => _engine.AddImage($"{repository}:{tag}"), cancellation);

    public Task RemoveImageAsync(string image, CancellationToken cancellation = default) =>
        CallAsync("remove image", image, () => _engine.RemoveImage(image), cancellation);

    private Task<bool> CallAsync(string kind, string id, Action serve, CancellationToken cancellation) => CallAsync(kind, id, () =>
    {
        serve();
        return true;
    }, cancellation);

    private Task<T> CallAsync<T>(string kind, string id, Func<T> serve, CancellationToken cancellation)
    {
        Count(kind);
        return Link.CallAsync($"{kind} {Short(id)}", serve, cancellation);
    }

    private static string Short(string id) => id.Length == 64 ? id[..12] : id;

    private void Count(string kind) => CallsByKind[kind] = CallsByKind.GetValueOrDefault(kind) + 1;
}
