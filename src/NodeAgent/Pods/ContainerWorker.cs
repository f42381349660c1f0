using Docker;
using Loops;
using Model.Pods;
using Model.Status;

namespace NodeAgent.Pods;

/// <summary>
/// Brings one container of a pod up and keeps it as its restart policy says: one operation a step, and what it led to in
/// <see cref="Record"/>. A restart is a new Docker container; the one before stays, stopped, for its logs.
/// </summary>
internal sealed class ContainerWorker(PodContext pod, Container spec, SandboxWorker? sandbox) : ITrackedContainer
{
    private static readonly Backoff RefusedBackoff = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300));
    private static readonly Backoff NoAnswerBackoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    private readonly IDockerEngine _docker = pod.Agent.Docker;
    private readonly TimeProvider _time = pod.Agent.Time;
    private readonly Signal _hint = new(pod.Agent.Time);
    private int _failures;
    private int _restarts;
    private bool _pulled;
    private bool _startUncertain;
    private long _startedTimestamp;
    private string? _joinedSandbox;
    private string? _previousId;

    public ContainerRecord Record { get; private set; } = new() { Spec = spec };

    public string? RunningId => Record.Stage is ContainerStage.Started or ContainerStage.Running ? Record.Id : null;

    public void Hint() => _hint.Set();

    /// <summary>Ends when the container has ended for good, or the pod stops.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        pod.Agent.Watch.Track(this);
        try
        {
            while (Record.Stage != ContainerStage.Finished)
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

    /// <summary>After the pod's containers were stopped: how this one ended.</summary>
    public async Task ObserveEndAsync()
    {
        if (Record is not { Id: { } id, Stage: ContainerStage.Created or ContainerStage.Started or ContainerStage.Running })
            return;
        try
        {
            Apply(await _docker.InspectContainerAsync(id, pod.Lifetime), forced: false);
        }
        catch (DockerException e)
        {
            Log.DockerFailed(pod.Agent.Log, $"the end of {pod.TaskId}.{spec.Name}", e.Message);
        }
    }

    private Task StepAsync(CancellationToken stop) => Record.Stage switch
    {
        ContainerStage.Absent => CreateAsync(stop),
        ContainerStage.Pulling => PullAsync(stop),
        ContainerStage.Created => StartAsync(),
        ContainerStage.Started => ObserveAsync(),
        ContainerStage.Running => SuperviseAsync(stop),
        ContainerStage.Exited => RestartAsync(stop),
        _ => throw new InvalidOperationException($"no step from {Record.Stage}"),
    };

    private async Task CreateAsync(CancellationToken stop)
    {
        if (sandbox is { Id: null })
        {
            Wait(sandbox.Error is { } error ? new("CreateContainerError", $"sandbox: {error}") : ContainerRecord.Creating);
            await _hint.WaitAsync(null, stop);
            return;
        }
        if (spec.ImagePullPolicy == ImagePullPolicy.Always && !_pulled)
        {
            Move(Record with { Stage = ContainerStage.Pulling });
            return;
        }
        _joinedSandbox = sandbox?.Id;
        var labels = pod.Agent.Labels(pod.Pod, pod.TaskId, spec.Name, Record.RestartCount);
        var config = ContainerConfigs.Of(pod.Pod, spec, labels, _joinedSandbox);
        try
        {
            pod.Touched = true;
            var id = await ContainerCreation.CreateOrAdoptAsync(
                _docker, ContainerNames.Of(pod.TaskId, spec.Name, Record.RestartCount), config, pod.Lifetime);
            _startUncertain = false;
            Move(Record with { Stage = ContainerStage.Created, Id = id });
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            // Creating first and asking after the image only then saves a round trip at every start of a pod whose image is there.
            if (spec.ImagePullPolicy == ImagePullPolicy.Never || _pulled
                || await _docker.InspectImageAsync(spec.Image, pod.Lifetime) is not null)
                throw;
            Move(Record with { Stage = ContainerStage.Pulling });
        }
    }

    private async Task PullAsync(CancellationToken stop)
    {
        Wait(new("PullingImage", $"pulling {spec.Image}"));
        var report = new PullReport(_time, text => Wait(new("PullingImage", $"pulling {spec.Image}: {text}")));
        try
        {
            // Progress<T> brings what the client's threads report back to this loop.
            await _docker.PullImageAsync(spec.Image, new Progress<PullProgress>(report.Add), stop);
        }
        finally
        {
            report.End();
        }
        _pulled = true;
        Move(Record with { Stage = ContainerStage.Absent, Waiting = ContainerRecord.Creating });
    }

    private async Task StartAsync()
    {
        var id = Record.Id!;
        if (_joinedSandbox != sandbox?.Id)
        {
            // Made for a sandbox that has died since.
            await _docker.RemoveContainerAsync(id, force: true, pod.Lifetime);
            Move(Record with { Stage = ContainerStage.Absent, Id = null });
            return;
        }
        if (_startUncertain
            && await _docker.InspectContainerAsync(id, pod.Lifetime) is { State: { } state } && (state.Running || state.StartedAt is not null))
        {
            // It was started although the reply was lost; started again, one that has ended already would run twice.
            MoveStarted();
            return;
        }
        try
        {
            await _docker.StartContainerAsync(id, pod.Lifetime);
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            // A program that the image does not have is answered in the same way as a container that is gone.
            if (await _docker.InspectContainerAsync(id, pod.Lifetime) is not null)
                throw;
            Move(Record with { Stage = ContainerStage.Absent, Id = null });
            return;
        }
        catch (DockerException e) when (e.StatusCode is null)
        {
            _startUncertain = true;
            throw;
        }
        MoveStarted();
    }

    private async Task ObserveAsync() => Apply(await _docker.InspectContainerAsync(Record.Id!, pod.Lifetime), forced: false);

    private async Task SuperviseAsync(CancellationToken stop)
    {
        if (_joinedSandbox == sandbox?.Id)
            await _hint.WaitAsync(null, stop);
        var forced = _joinedSandbox != sandbox?.Id;
        if (forced)
        {
            // Its network died with the sandbox: it can only start over in the new one.
            await _docker.StopContainerAsync(Record.Id!, pod.GracePeriod, pod.Lifetime);
        }
        Apply(await _docker.InspectContainerAsync(Record.Id!, pod.Lifetime), forced);
    }

    private async Task RestartAsync(CancellationToken stop)
    {
        var exit = Record.Exit!;
        _restarts = Restarts.After(_restarts, _time.GetElapsedTime(_startedTimestamp));
        if (Restarts.Delay(pod.Pod.Spec.RestartPolicy, exit, _restarts) is not { } delay)
        {
            Move(Record with { Stage = ContainerStage.Finished });
            return;
        }
        if (delay > TimeSpan.Zero)
        {
            Move(Record with
            {
                Exit = null, LastExit = exit,
                Waiting = new("CrashLoopBackOff", $"back-off {delay.TotalSeconds:0} s before restart {Record.RestartCount + 1}"),
            });
            await Task.Delay(delay, _time, stop);
        }
        if (!exit.Forced)
            _restarts++;
        await RemoveAsync(_previousId);
        _previousId = Record.Id;
        _pulled = false;
        Move(Record with
        {
            Stage = ContainerStage.Absent, Exit = null, LastExit = exit, Waiting = ContainerRecord.Creating,
            RestartCount = Record.RestartCount + 1,
        });
    }

    /// <summary>What Docker says of the container; null where it has none.</summary>
    private void Apply(ContainerDetails? details, bool forced)
    {
        switch (details)
        {
            case null:
                Move(Record with
                {
                    Stage = ContainerStage.Exited, Waiting = null,
                    Exit = ContainerExit.OfGone(Record.Id, Record.StartedAt, _time.GetUtcNow()) with { Forced = forced },
                });
                break;
            case { State.Running: true }:
                Move(Record with
                {
                    Stage = ContainerStage.Running, Waiting = null, ImageId = details.ImageId, IpAddress = details.IpAddress,
                    StartedAt = details.State.StartedAt,
                });
                break;
            case { State.StartedAt: null }:
                Move(Record with { Stage = ContainerStage.Created });
                break;
            default:
                Move(Record with
                {
                    Stage = ContainerStage.Exited, Waiting = null, ImageId = details.ImageId, StartedAt = details.State.StartedAt,
                    Exit = ContainerExit.From(details) with { Forced = forced },
                });
                break;
        }
    }

    private async Task BackOffAsync(DockerException e, CancellationToken stop)
    {
        var refused = e.StatusCode is not null;
        var delay = (refused ? RefusedBackoff : NoAnswerBackoff).Delay(_failures++);
        Log.DockerFailed(pod.Agent.Log, $"{pod.TaskId}.{spec.Name} ({Record.Stage})", e.Message);
        switch (Record.Stage)
        {
            case ContainerStage.Absent when e.StatusCode == 404 && spec.ImagePullPolicy == ImagePullPolicy.Never:
                Wait(new("ErrImageNeverPull", e.Message));
                break;
            case ContainerStage.Absent:
                _pulled = false;
                Wait(new("CreateContainerError", e.Message));
                break;
            case ContainerStage.Pulling:
                Wait(new(_failures == 1 ? "ErrImagePull" : "ImagePullBackOff", e.Message));
                break;
            case ContainerStage.Created:
                Wait(new("RunContainerError", e.Message));
                break;
            default:
                // It runs, as far as is known; that Docker does not answer is the node's condition, not the container's.
                delay = NoAnswerBackoff.Delay(Math.Min(_failures - 1, 3));
                _hint.Set();
                break;
        }
        await Task.Delay(delay, _time, stop);
    }

    private async Task RemoveAsync(string? id)
    {
        if (id is null)
            return;
        try
        {
            await _docker.RemoveContainerAsync(id, force: true, pod.Lifetime);
        }
        catch (DockerException e)
        {
            // The end of the pod removes whatever carries its uid.
            Log.DockerFailed(pod.Agent.Log, $"removing {id}", e.Message);
        }
    }

    private void MoveStarted()
    {
        _startUncertain = false;
        _startedTimestamp = _time.GetTimestamp();
        Record = Record with { Stage = ContainerStage.Started, EverStarted = true };
        _failures = 0;
    }

    private void Wait(ContainerWaiting waiting)
    {
        if (Record.Waiting == waiting)
            return;
        Record = Record with { Waiting = waiting };
        pod.Changed();
    }

    private void Move(ContainerRecord next)
    {
        // A pull that fails again and again goes back to Absent in between only when it succeeds; so every rise is a success.
        if (next.Stage > Record.Stage && next.Stage != ContainerStage.Pulling)
            _failures = 0;
        Record = next;
        pod.Changed();
    }
}
