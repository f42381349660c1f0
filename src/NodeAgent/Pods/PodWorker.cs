using Loops;
using Mesos.V1;
using Microsoft.Extensions.Logging;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Pods;
using Model.Status;
using NodeAgent.Agent;

namespace NodeAgent.Pods;

/// <summary>
/// One incarnation of a pod on this machine, from its launch to its end: brings up its containers, tells Mesos and etcd what
/// becomes of them, and when it is to stop, or has nothing left to run, takes them away.
/// </summary>
internal sealed class PodWorker
{
    private static readonly Backoff TeardownRetry = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    private static readonly TaskState[] Terminal = [TaskState.TaskFinished, TaskState.TaskFailed, TaskState.TaskKilled];

    private readonly AgentContext _agent;
    private readonly PodTask _pod;
    private readonly PodContext _context;
    private readonly SandboxWorker? _sandbox;
    private readonly ContainerWorker[] _containers;
    private readonly PodTeardown _teardown;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationToken _lifetime;
    private readonly DateTimeOffset _startTime;
    private readonly HashSet<TaskState> _told = [];
    private PodStatus? _status;
    private string? _stopReason;
    private Exception? _bug;
    private bool _ended;

    public PodWorker(AgentContext agent, PodTask pod, string taskId, CancellationToken lifetime)
    {
        _agent = agent;
        _pod = pod;
        _lifetime = lifetime;
        TaskId = taskId;
        _startTime = agent.Time.GetUtcNow();
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime);
        _context = new PodContext(agent, pod, taskId, Publish, lifetime);
        _sandbox = PodResources.NeedsSandbox(pod.Spec) ? new SandboxWorker(_context) : null;
        _containers = [.. pod.Spec.Containers.Select(c => new ContainerWorker(_context, c, _sandbox))];
        foreach (var container in _containers)
            _sandbox?.Add(container);
        _teardown = new PodTeardown(_context);
    }

    private readonly TaskCompletionSource _endTold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string TaskId { get; }

    public TimeSpan GracePeriod => _context.GracePeriod;

    /// <summary>Ends when nobody has to do with this pod any more.</summary>
    public Task Ended => _endTold.Task.OnLoop();

    public void TellEnded() => _endTold.TrySetResult();

    public string Uid => _pod.Uid;

    /// <summary>Stops the pod. Asked again with a shorter grace period, the shorter one holds.</summary>
    /// <param name="reason">For the update's message.</param>
    /// <param name="gracePeriod">From SIGTERM to SIGKILL; null: the spec's own.</param>
    public void Stop(string reason, TimeSpan? gracePeriod)
    {
        if (_ended)
            return;
        _teardown.SetGrace(gracePeriod ?? _context.GracePeriod);
        if (_stopReason is not null)
            return;
        _stopReason = reason;
        _stopping.Cancel();
    }

    /// <summary>Ends when the pod has ended, its last update is on its way, and its containers are removed.</summary>
    public async Task RunAsync()
    {
        try
        {
            await LiveAsync();
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Told below, as the pod's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _bug ??= e;
            await GiveUpAsync(e);
        }
        _agent.Statuses.Finish(_pod);
        _stopping.Dispose();
    }

    private async Task LiveAsync()
    {
        _agent.Statuses.Add(_pod);
        Tell(TaskState.TaskStarting, null);
        await ContainersAsync();
        _lifetime.ThrowIfCancellationRequested();
        // What ended by itself in the instant of the kill has ended by itself.
        var killed = _stopReason is not null && !_containers.All(c => c.Record.Stage == ContainerStage.Finished);
        if (killed)
            Tell(TaskState.TaskKilling, _stopReason);
        var left = await _teardown.StopAsync();
        foreach (var container in _containers)
            await container.ObserveEndAsync();
        _ended = true;
        Publish();
        var (state, message) = Outcome(killed);
        Tell(state, message);
        await _teardown.RemoveAsync(left);
    }

    /// <summary>The pod's own end failed: what it has in Docker is taken away, and Mesos is told in as few words as may be.</summary>
    private async Task GiveUpAsync(Exception bug)
    {
        Log.Bug(_agent.Log, TaskId, bug);
        _stopping.Cancel();
        for (var failures = 0; ; failures++)
        {
            try
            {
                await _teardown.RemoveAsync(await _teardown.StopAsync());
                break;
            }
            catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // As long as something of it may run, its end cannot be told.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.Bug(_agent.Log, TaskId, e);
                await Task.Delay(TeardownRetry.Delay(failures), _agent.Time, _lifetime);
            }
        }
        _ended = true;
        if (!_told.Overlaps(Terminal))
            _agent.Updates.Enqueue(new TaskUpdate(TaskId, TaskState.TaskFailed) { Message = $"the node agent failed on this pod: {bug.Message}" });
    }

    private async Task ContainersAsync()
    {
        try
        {
            await _agent.Swept.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        var sandbox = _sandbox is null ? Task.CompletedTask : GuardAsync(_sandbox.RunAsync);
        await Task.WhenAll(_containers.Select(c => GuardAsync(c.RunAsync)));
        _stopping.Cancel();
        await sandbox;
    }

    /// <summary>A bug that one pod brings to light must not take its neighbours along: this pod fails, with the reason.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The pod stops.
        }
#pragma warning disable CA1031 // Told below, as the pod's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Bug(_agent.Log, TaskId, e);
            _bug ??= e;
            _stopping.Cancel();
        }
    }

    private (TaskState State, string? Message) Outcome(bool killed)
    {
        if (_bug is not null)
            return (TaskState.TaskFailed, $"the node agent failed on this pod: {_bug.Message}");
        if (killed)
            return (TaskState.TaskKilled, _stopReason);
        return _status!.Phase == PodPhase.Succeeded
            ? (TaskState.TaskFinished, null)
            : (TaskState.TaskFailed, string.Join("; ", _containers.Where(c => c.Record.Exit is { Failed: true }).Select(Failure)));
    }

    private static string Failure(ContainerWorker container)
    {
        var end = container.Record.Exit!.ToStatus();
        return $"container {container.Record.Spec.Name} ended with exit code {end.ExitCode} ({end.Reason})";
    }

    /// <summary>Builds the status anew; where it says something new, etcd and, at the first Running, Mesos are told at once.</summary>
    /// <remarks>
    /// An end on request is the leader's to tell, from the update's data: else a watcher may see a pod fail that was merely changed,
    /// or see it one time and not the next.
    /// </remarks>
    private void Publish()
    {
        var records = _containers.Select(c => c.Record).ToList();
        var facts = new PodFacts
        {
            Containers = records,
            Ended = _ended,
            Reason = _bug is not null ? "AgentError" : _ended && _stopReason is not null ? "Killed" : null,
            Message = _bug?.Message ?? (_ended ? _stopReason : null),
            HostIP = System.Net.IPAddress.TryParse(_agent.Hostname, out _) ? _agent.Hostname : null,
            PodIP = (_sandbox?.IpAddress ?? records[0].IpAddress) is { Length: > 0 } ip ? ip : null,
            StartTime = _startTime,
        };
        var status = PodStatusBuilder.Build(_pod, facts, _status, _agent.Time.GetUtcNow());
        if (_status is null && !_ended && records.All(IsBeingMade))
            return; // The leader's Pending says as much; one write less at every start.
        _status = status;
        if (_stopReason is null)
            _agent.Statuses.Set(_pod, status);
        if (status.Phase == PodPhase.Running && !_ended)
            Tell(TaskState.TaskRunning, null);
    }

    private static bool IsBeingMade(ContainerRecord record) =>
        record is { Stage: < ContainerStage.Started, Waiting: null or { Reason: "ContainerCreating" } };

    /// <summary>Each state is told once.</summary>
    private void Tell(TaskState state, string? message)
    {
        if (!_told.Add(state))
            return;
        var merged = _status is null ? _agent.Statuses.Base(_pod) : _agent.Statuses.Base(_pod).WithAgentPart(_status);
        _agent.Updates.Enqueue(new TaskUpdate(TaskId, state) { Message = message, Data = ModelJson.Write(merged) });
    }
}
