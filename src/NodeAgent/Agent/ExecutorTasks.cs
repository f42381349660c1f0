using Mesos.V1;
using Mesos.V1.Executor;
using Model;
using Model.Assignments;
using NodeAgent.Orphans;
using NodeAgent.Pods;
using NodeAgent.Status;
using TaskStatus = Mesos.V1.TaskStatus;

namespace NodeAgent.Agent;

/// <summary>The tasks that this executor was given, and what the Mesos agent's events do to them.</summary>
internal sealed class ExecutorTasks(AgentContext agent, OrphanSweep sweep, CancellationToken lifetime)
{
    private readonly Dictionary<string, PodWorker> _pods = [];
    private readonly DateTimeOffset _startedAt = agent.Time.GetUtcNow();
    private (string TaskId, CancellationTokenSource Stop, Task Ended)? _node;
    private bool _shuttingDown;

    public void Launch(TaskInfo task)
    {
        var id = task.TaskId.Value;
        if (agent.Updates.EndOf(id) is { } end)
        {
            LaunchOfEnded(task, end);
            return;
        }
        if (_pods.ContainsKey(id) || _node?.TaskId == id)
        {
            Log.LaunchedAgain(agent.Log, id);
            return;
        }
        agent.Updates.Launched(task);
        if (_shuttingDown)
        {
            Refuse(id, TaskState.TaskDropped, "the executor is shutting down");
            return;
        }
        switch (task.HasData ? ModelJson.ReadTaskData(task.Data.Span) : null)
        {
            case { Kind: TaskKind.Node } node when _node is null:
                sweep.Include(node.EarlierFrameworkIds);
                var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime);
                _node = (id, stop, agent.Own(() => NodeAsync(id, stop)));
                break;
            case { Kind: TaskKind.Node }:
                Refuse(id, TaskState.TaskFailed, $"this executor has its node task already: {_node?.TaskId}");
                break;
            case { Kind: TaskKind.Pod, Pod: { Spec.Containers.Count: > 0 } pod } when _pods.Values.Any(p => p.Uid == pod.Uid):
                Refuse(id, TaskState.TaskFailed, $"uid {pod.Uid} runs here already");
                break;
            case { Kind: TaskKind.Pod, Pod: { Spec.Containers.Count: > 0 } pod }:
                Start(id, pod);
                break;
            default:
                Refuse(id, TaskState.TaskFailed, "the task's data is not what a reconciler of this version writes");
                break;
        }
    }

    private void Start(string id, PodTask pod)
    {
        PodWorker worker;
        try
        {
            worker = new PodWorker(agent, pod, id, lifetime);
        }
#pragma warning disable CA1031 // Whatever the data holds, the other pods are not to suffer for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Bug(agent.Log, id, e);
            Refuse(id, TaskState.TaskFailed, $"the node agent failed on this pod: {e.Message}");
            return;
        }
        _pods[id] = worker;
        agent.Watch.Adopt(pod.Uid);
        _ = agent.Own(() => PodAsync(worker));
    }

    public void Kill(Event.Types.Kill kill)
    {
        var id = kill.TaskId.Value;
        TimeSpan? grace = kill.KillPolicy?.GracePeriod is { } period ? TimeSpan.FromMicroseconds(period.Nanoseconds / 1000.0) : null;
        if (agent.Updates.EndOf(id) is { } end)
            KillOfEnded(id, end);
        else if (_pods.TryGetValue(id, out var pod))
            pod.Stop("killed", grace);
        else if (_node?.TaskId == id)
            _node.Value.Stop.Cancel();
        else
        {
            // Its LAUNCH never came here. Mesos asks executors, so somebody waits for an answer; and Mesos acknowledges none for
            // a task that it does not know either, so it is said once for every time it is asked.
            agent.Updates.Enqueue(new TaskUpdate(id, TaskState.TaskDropped)
            {
                Message = "this executor was never given the task", Reason = TaskStatus.Types.Reason.TaskUnknown, OnlyOnce = true,
            });
        }
    }

    /// <summary>
    /// The Mesos agent holds the task for STAGING, and would for ever. Where its true end is still to be told, that is the answer.
    /// </summary>
    private void LaunchOfEnded(TaskInfo task, TaskUpdate end)
    {
        var id = task.TaskId.Value;
        Log.LaunchedAfterEnd(agent.Log, id, end.State);
        agent.Updates.Launched(task);
        if (!agent.Updates.Hasten(id))
            Refuse(id, TaskState.TaskDropped, $"a task of this id ended on this executor before, as {Name(end.State)}; an id is not used twice");
    }

    /// <summary>
    /// Whoever asks has not heard of the end. Said once for every time it is asked: where Mesos no longer knows the task, no
    /// acknowledgement would end the repeating.
    /// </summary>
    private void KillOfEnded(string id, TaskUpdate end)
    {
        if (!agent.Updates.Hasten(id))
            agent.Updates.Enqueue(end with { OnlyOnce = true });
    }

    /// <summary>In Mesos' own words.</summary>
    private static string Name(TaskState state) => state switch
    {
        TaskState.TaskFinished => "TASK_FINISHED",
        TaskState.TaskKilled => "TASK_KILLED",
        TaskState.TaskDropped => "TASK_DROPPED",
        _ => "TASK_FAILED",
    };

    /// <summary>Stops every pod, all at once, and the node task after them.</summary>
    public async Task StopAllAsync(string reason, TimeSpan longestGrace)
    {
        _shuttingDown = true;
        while (_pods.Count > 0)
        {
            var ends = _pods.Values.Select(p => p.Ended).ToList();
            foreach (var pod in _pods.Values)
                pod.Stop(reason, longestGrace < pod.GracePeriod ? longestGrace : null);
            await Task.WhenAll(ends);
        }
        if (_node is { } node)
        {
            node.Stop.Cancel();
            await node.Ended;
        }
    }

    private async Task PodAsync(PodWorker worker)
    {
        await worker.RunAsync();
        agent.Watch.Disown(worker.Uid);
        _pods.Remove(worker.TaskId);
        worker.TellEnded();
    }

    private async Task NodeAsync(string id, CancellationTokenSource stop)
    {
        try
        {
            await agent.Swept.WaitAsync(stop.Token);
            agent.Updates.Enqueue(new TaskUpdate(id, TaskState.TaskRunning));
            await new NodeHeartbeat(agent, _startedAt).RunAsync(stop.Token, lifetime);
            await Task.Delay(Timeout.InfiniteTimeSpan, agent.Time, stop.Token);
        }
        catch (OperationCanceledException) when (!lifetime.IsCancellationRequested)
        {
            // Killed.
        }
        agent.Updates.Enqueue(new TaskUpdate(id, TaskState.TaskKilled));
        _node = null;
        stop.Dispose();
    }

    private void Refuse(string id, TaskState state, string message) =>
        agent.Updates.Enqueue(new TaskUpdate(id, state) { Message = message });
}
