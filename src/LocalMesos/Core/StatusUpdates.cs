using Google.Protobuf;
using Mesos.Resources;
using Mesos.V1;
using Reason = Mesos.V1.TaskStatus.Types.Reason;
using Source = Mesos.V1.TaskStatus.Types.Source;

namespace LocalMesos.Core;

/// <summary>
/// Reliable updates: an agent keeps those of each task in order, sends the first again until the scheduler has
/// acknowledged it, and only then the next. The master learns a task's state from what passes through it.
/// </summary>
internal sealed class StatusUpdates(World world, Allocator allocator)
{
    /// <summary>An executor's UPDATE, or one that it lists as unacknowledged when it subscribes.</summary>
    public void FromExecutor(Executor executor, TaskStatus given)
    {
        var status = given.Clone();
        status.AgentId = executor.Agent.Id;
        status.ExecutorId = executor.Info.ExecutorId;
        if (!status.HasTimestamp)
            status.Timestamp = Seconds();

        var task = executor.Launched.GetValueOrDefault(status.TaskId.Value)
            ?? executor.Queued.Find(t => t.Id == status.TaskId.Value);
        Take(executor.Framework, executor.Agent, task, status);
        // Mesos acknowledges only what it can put to a task; what it cannot goes to the scheduler all the same.
        if (task is not null)
            world.Send(executor, Events.Acknowledged(status.TaskId, status.Uuid));
    }

    /// <summary>An update that the agent makes itself.</summary>
    public void FromAgent(MesosTask task, TaskState state, Reason reason, string message) =>
        Take(task.Framework, task.Agent, task, new TaskStatus
        {
            TaskId = task.Info.TaskId,
            State = task.Framework.Told(state),
            Source = Source.Agent,
            Reason = reason,
            Message = message,
            AgentId = task.Agent.Id,
            ExecutorId = task.Executor.Info.ExecutorId,
            Timestamp = Seconds(),
            Uuid = world.NewUpdateUuid(),
        });

    /// <summary>An update that the master makes: without uuid, sent once.</summary>
    public void FromMaster(
        Framework framework, TaskID task, TaskState state, Reason reason, string message,
        AgentID? agent, ExecutorID? executor = null, TimeInfo? unreachable = null) =>
        world.Send(framework, Events.Update(new TaskStatus
        {
            TaskId = task,
            State = framework.Told(state),
            Source = Source.Master,
            Reason = reason,
            Message = message,
            AgentId = agent,
            ExecutorId = executor,
            Timestamp = Seconds(),
            UnreachableTime = unreachable,
        }));

    public void Acknowledge(Framework framework, AgentID agentId, TaskID taskId, ByteString uuid)
    {
        var agent = world.FindAgent(agentId.Value);
        if (agent is not { IsConnected: true }
            || !agent.UpdateStreams.TryGetValue((framework.Id, taskId.Value), out var stream)
            || !stream.Pending.TryPeek(out var status) || status.Uuid != uuid)
        {
            // Twice, late, or never sent: Mesos ignores it.
            return;
        }
        world.Timers.Cancel(stream.Retry);
        stream.Pending.Dequeue();
        if (stream.Pending.Count > 0)
        {
            Forward(agent, stream, isNew: true);
            return;
        }
        var task = framework.Tasks.GetValueOrDefault(taskId.Value);
        if (task is null || task.Agent != agent)
            agent.UpdateStreams.Remove((framework.Id, taskId.Value));
        else if (stream.HasTerminal)
            Forget(task);
    }

    /// <summary>Sends the first update of each task again: after a new subscription of the framework.</summary>
    public void Resume(Framework framework)
    {
        foreach (var agent in world.Agents.Where(a => a.IsConnected))
            Resume(agent, framework);
    }

    /// <summary>The same for all tasks of an agent that has registered again.</summary>
    public void Resume(Agent agent, Framework? framework = null)
    {
        foreach (var stream in agent.UpdateStreams.Values.Where(s => framework is null || s.Framework == framework))
        {
            world.Timers.Cancel(stream.Retry);
            if (stream.Pending.Count > 0)
                Forward(agent, stream, isNew: true);
        }
    }

    /// <summary>The agent's process is gone: what it has on disk waits for its return.</summary>
    public void Pause(Agent agent)
    {
        foreach (var stream in agent.UpdateStreams.Values)
            world.Timers.Cancel(stream.Retry);
    }

    public void Drop(Agent agent, Framework framework)
    {
        foreach (var (key, stream) in agent.UpdateStreams.Where(s => s.Value.Framework == framework).ToList())
        {
            world.Timers.Cancel(stream.Retry);
            agent.UpdateStreams.Remove(key);
        }
    }

    private void Take(Framework framework, Agent agent, MesosTask? task, TaskStatus status)
    {
        // A removed framework's executors may talk until they are dead: nobody listens.
        if (!world.Frameworks.ContainsKey(framework.Id))
            return;
        var key = (framework.Id, status.TaskId.Value);
        if (!agent.UpdateStreams.TryGetValue(key, out var stream))
            agent.UpdateStreams.Add(key, stream = new UpdateStream(framework, status.TaskId.Value));
        // What came before is acknowledged again by the caller, and nothing follows a terminal update.
        if (stream.HasTerminal || !stream.Received.Add(status.Uuid))
            return;
        stream.HasTerminal = MesosTask.IsTerminalState(status.State);
        stream.Pending.Enqueue(status);
        if (task is not null)
            task.State = status.State;
        if (stream.Pending.Count == 1)
            Forward(agent, stream, isNew: true);
    }

    private void Forward(Agent agent, UpdateStream stream, bool isNew)
    {
        if (!agent.IsConnected)
            return;
        var status = stream.Pending.Peek();
        stream.RetryAfter = isNew ? world.Options.UpdateRetryMin : Min(stream.RetryAfter * 2, world.Options.UpdateRetryMax);
        stream.Retry = world.After(stream.RetryAfter, () => Forward(agent, stream, isNew: false));
        if (stream.Framework.Tasks.TryGetValue(stream.TaskId, out var task) && task.Agent == agent)
        {
            task.ToldState = status.State;
            // With each update the agent tells the latest state too: resources come back before a terminal update does.
            if (task.IsTerminal)
                Release(task);
        }
        world.Send(stream.Framework, Events.Update(status));
    }

    /// <summary>The task's resources are free again.</summary>
    public void Release(MesosTask task)
    {
        if (!task.HoldsResources)
            return;
        task.HoldsResources = false;
        task.Agent.Used -= ResourceBag.FromProto(task.Info.Resources).Unallocated();
        allocator.Request();
    }

    private static void Forget(MesosTask task)
    {
        task.Framework.Tasks.Remove(task.Id);
        task.Agent.UpdateStreams.Remove((task.Framework.Id, task.Id));
        task.Executor.Launched.Remove(task.Id);
        if (task.Executor is { State: ExecutorState.Terminated, Launched.Count: 0 } executor
            && executor.Agent.Find(executor.Framework, executor.Id) == executor)
        {
            executor.Agent.Executors.Remove((executor.Framework.Id, executor.Id));
        }
    }

    private double Seconds() => (world.Now - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
