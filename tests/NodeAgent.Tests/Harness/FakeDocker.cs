using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Docker;

namespace NodeAgent.Tests.Harness;

/// <summary>A Docker in memory, for faults at chosen calls. Nothing in it ends by itself.</summary>
public sealed class FakeDocker : IDockerEngine
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ContainerDetails> _containers = [];
    private Channel<ContainerEvent> _events = Channel.CreateUnbounded<ContainerEvent>();
    private int _lastId;

    /// <summary>Asked before each call with its name and what it is about; what it returns is thrown.</summary>
    public Func<string, string, DockerException?> Fault { get; set; } = (_, _) => null;
    /// <summary>Asked after each call took effect: true loses the reply.</summary>
    public Func<string, string, bool> LosesReply { get; set; } = (_, _) => false;
    /// <summary>Every call, as `create default.a.1.main`.</summary>
    public List<string> Calls { get; } = [];
    /// <summary>A copy, for looks while calls go on.</summary>
    public IReadOnlyList<string> CallsSoFar
    {
        get
        {
            lock (_lock)
                return [.. Calls];
        }
    }

    public HashSet<string> Images { get; } = ["image"];

    public IReadOnlyList<ContainerDetails> Containers
    {
        get
        {
            lock (_lock)
                return [.. _containers.Values];
        }
    }

    public Task<EngineInfo> InfoAsync(CancellationToken cancellation = default) =>
        Call("info", "", () => new EngineInfo { Version = "20.10", ApiVersion = "1.41", KernelVersion = "6.1" });

    public Task<string> CreateContainerAsync(string name, ContainerConfig config, CancellationToken cancellation = default) =>
        Call("create", name, () =>
        {
            if (_containers.Values.Any(c => c.Name == name))
                throw new DockerException($"the name {name} is in use", 409);
            if (!Images.Contains(config.Image))
                throw new DockerException($"No such image: {config.Image}", 404);
            var id = $"{++_lastId:d64}";
            _containers[id] = new ContainerDetails
            {
                Id = id, Name = name, Image = config.Image, Labels = config.Labels, State = new ContainerState { Status = "created" },
            };
            return id;
        });

    public Task StartContainerAsync(string id, CancellationToken cancellation = default) => Call("start", Name(id), () =>
        _containers[id] = _containers[id] with
        {
            IpAddress = "172.17.0.9", State = new ContainerState { Status = "running", Running = true, StartedAt = DateTimeOffset.UnixEpoch },
        });

    public Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation = default) =>
        Call("stop", Name(id), () => End(id, 143));

    public Task KillContainerAsync(string id, string signal = "SIGKILL", CancellationToken cancellation = default) =>
        Call("kill", Name(id), () => End(id, 137));

    public Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation = default) =>
        Call("remove", Name(id), () => _containers.Remove(id));

    public Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation = default) =>
        Call("inspect", Name(idOrName), () => _containers.Values.FirstOrDefault(c => c.Id == idOrName || c.Name == idOrName));

    public Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(
        IReadOnlyCollection<string> labels, CancellationToken cancellation = default) =>
        Call<IReadOnlyList<ContainerSummary>>("list", "", () =>
        [
            .. _containers.Values.Where(c => labels.All(l => l.Split('=') is [var key, var value] && c.Labels.GetValueOrDefault(key) == value))
                .Select(c => new ContainerSummary
                {
                    Id = c.Id, Name = c.Name, Image = c.Image, State = c.State.Status, Created = DateTimeOffset.UnixEpoch, Labels = c.Labels,
                }),
        ]);

    public Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellation = default) =>
        Call("inspect image", image, () => Images.Contains(image) ? new ImageDetails { Id = image } : null);

    public Task PullImageAsync(string image, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default) =>
        Call("pull", image, () => Images.Add(image));

    public Task ImportImageAsync(
        Stream rootFileSystemTar, string repository, string tag, IReadOnlyCollection<string> changes, CancellationToken cancellation = default) =>
        Call("import", repository, () => Images.Add($"{repository}:{tag}"));

    public async IAsyncEnumerable<ContainerEvent> EventsAsync(
        IReadOnlyCollection<string> labels, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var stream = await Call("events", "", () => _events).ConfigureAwait(false);
        await foreach (var e in stream.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            yield return e;
    }

    /// <summary>The connection of the stream of events is lost; the next one is another.</summary>
    public void EndEvents()
    {
        lock (_lock)
        {
            _events.Writer.Complete();
            _events = Channel.CreateUnbounded<ContainerEvent>();
        }
    }

    /// <summary>A container ends by itself, and the stream of events tells.</summary>
    public void Die(string name, int exitCode)
    {
        lock (_lock)
        {
            var id = _containers.Values.Single(c => c.Name == name).Id;
            End(id, exitCode);
            _events.Writer.TryWrite(new ContainerEvent("die", id, new Dictionary<string, string>(), DateTimeOffset.UnixEpoch));
        }
    }

    public Task<long> WaitContainerAsync(string id, CancellationToken cancellation = default) => throw new NotSupportedException();

    public IAsyncEnumerable<LogChunk> LogsAsync(string id, LogQuery query, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task RemoveImageAsync(string image, CancellationToken cancellation = default) => throw new NotSupportedException();

    private bool End(string id, int exitCode)
    {
        if (_containers.TryGetValue(id, out var found) && found.State.Running)
        {
            _containers[id] = found with
            {
                State = new ContainerState { Status = "exited", ExitCode = exitCode, StartedAt = found.State.StartedAt, FinishedAt = DateTimeOffset.UnixEpoch },
            };
        }
        return true;
    }

    private string Name(string id)
    {
        lock (_lock)
            return _containers.TryGetValue(id, out var found) ? found.Name : id;
    }

    private Task<T> Call<T>(string call, string about, Func<T> effect)
    {
        lock (_lock)
        {
            Calls.Add($"{call} {about}");
            if (Fault(call, about) is { } fault)
                return Task.FromException<T>(fault);
            try
            {
                var result = effect();
                return LosesReply(call, about) ? Task.FromException<T>(new DockerException($"{call}: no answer in time")) : Task.FromResult(result);
            }
            catch (DockerException e)
            {
                return Task.FromException<T>(e);
            }
        }
    }
}
