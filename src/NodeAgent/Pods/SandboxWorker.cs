using System.Globalization;
using Docker;
using Loops;
using Model.Assignments;
using Model.Pods;

namespace NodeAgent.Pods;

/// <summary>
/// Keeps the sandbox of a pod of several containers: it holds their network and IPC namespaces and publishes the ports. When it
/// dies there is none for a while, then a new one, and the pod's containers follow.
/// </summary>
internal sealed class SandboxWorker(PodContext pod) : ITrackedContainer
{
    private static readonly Backoff RefusedBackoff = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300));
    private static readonly Backoff NoAnswerBackoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    private readonly IDockerEngine _docker = pod.Agent.Docker;
    private readonly TimeProvider _time = pod.Agent.Time;
    private readonly Signal _hint = new(pod.Agent.Time);
    private readonly List<ContainerWorker> _containers = [];
    private string? _created;
    private int _restartCount;
    private int _restarts;
    private int _failures;
    private long _startedTimestamp;

    /// <summary>Docker's id of the one that runs; null while there is none.</summary>
    public string? Id { get; private set; }
    public string IpAddress { get; private set; } = "";
    /// <summary>Why there is none, where Docker refused.</summary>
    public string? Error { get; private set; }

    public string? RunningId => Id;

    public void Hint() => _hint.Set();

    /// <summary>A container that lives in this sandbox and is woken by its changes.</summary>
    public void Add(ContainerWorker container) => _containers.Add(container);

    /// <summary>Ends when the pod stops.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        pod.Agent.Watch.Track(this);
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                try
                {
                    await StepAsync(stop);
                }
                catch (DockerException e)
                {
                    await BackOffAsync(e, stop);
                }
            }
        }
        finally
        {
            pod.Agent.Watch.Untrack(this);
        }
    }

    private Task StepAsync(CancellationToken stop) => (_created, Id) switch
    {
        (null, _) => CreateAsync(),
        (not null, null) => StartAsync(stop),
        _ => SuperviseAsync(stop),
    };

    private async Task CreateAsync()
    {
        pod.Touched = true;
        var labels = pod.Agent.Labels(pod.Pod, pod.TaskId, container: "", _restartCount);
        var config = ContainerConfigs.OfSandbox(pod.Pod, pod.Agent.SandboxImage.Reference, labels);
        var name = ContainerNames.OfSandbox(pod.TaskId, _restartCount);
        try
        {
            _created = await ContainerCreation.CreateOrAdoptAsync(_docker, name, config, pod.Lifetime);
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            await pod.Agent.SandboxImage.ImportAsync(pod.Lifetime);
            _created = await ContainerCreation.CreateOrAdoptAsync(_docker, name, config, pod.Lifetime);
        }
    }

    private async Task StartAsync(CancellationToken stop)
    {
        // Starting one that runs is no error, and it has no work that could be done twice: so no care for lost replies here.
        await _docker.StartContainerAsync(_created!, pod.Lifetime);
        var details = await _docker.InspectContainerAsync(_created!, pod.Lifetime);
        if (details is not { State.Running: true })
        {
            await LostAsync(details, stop);
            return;
        }
        _failures = 0;
        _startedTimestamp = _time.GetTimestamp();
        Error = null;
        IpAddress = details.IpAddress;
        Id = _created;
        Tell();
    }

    private async Task SuperviseAsync(CancellationToken stop)
    {
        await _hint.WaitAsync(null, stop);
        var details = await _docker.InspectContainerAsync(_created!, pod.Lifetime);
        if (details is not { State.Running: true })
            await LostAsync(details, stop);
    }

    private async Task LostAsync(ContainerDetails? details, CancellationToken stop)
    {
        var dead = _created!;
        var exit = details is null ? ContainerExit.OfGone(dead, null, _time.GetUtcNow()) : ContainerExit.From(details);
        Error = string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {exit.ExitCode}");
        Log.SandboxDied(pod.Agent.Log, pod.TaskId, exit.ExitCode);
        Id = null;
        _created = null;
        _restartCount++;
        Tell();
        // Its ports are free as it is dead; the next create does not depend on this one being gone.
        await _docker.RemoveContainerAsync(dead, force: true, pod.Lifetime);
        _restarts = Restarts.After(_restarts, _time.GetElapsedTime(_startedTimestamp));
        if (Restarts.Delay(RestartPolicy.Always, exit, _restarts++) is { Ticks: > 0 } delay)
            await Task.Delay(delay, _time, stop);
    }

    private async Task BackOffAsync(DockerException e, CancellationToken stop)
    {
        var delay = (e.StatusCode is null ? NoAnswerBackoff : RefusedBackoff).Delay(_failures++);
        Log.DockerFailed(pod.Agent.Log, $"the sandbox of {pod.TaskId}", e.Message);
        if (Id is null)
        {
            Error = e.Message;
            Tell();
        }
        else
        {
            // Docker is away; look again once it may be back.
            _hint.Set();
        }
        await Task.Delay(delay, _time, stop);
    }

    private void Tell()
    {
        foreach (var container in _containers)
            container.Hint();
        pod.Changed();
    }
}
