using Mesos;
using Mesos.Resources;
using Mesos.V1;
using Reason = Mesos.V1.TaskStatus.Types.Reason;

namespace LocalMesos.Core;

/// <summary>An agent's process dies, returns and recovers; the master gives it up and takes it back.</summary>
internal sealed class AgentLife(World world, Allocator allocator, StatusUpdates updates, Executors executors)
{
    public Agent Add(AgentOptions options)
    {
        var agent = new Agent(world.Agents.Count, world.NextAgentId(), options);
        world.Agents.Add(agent);
        allocator.Allocate();
        return agent;
    }

    public void Down(Agent agent)
    {
        if (agent.State == AgentState.Down)
            return;
        var wasRegistered = agent.State == AgentState.Registered;
        agent.State = AgentState.Down;
        world.Timers.Cancel(agent.Recovery);
        updates.Pause(agent);
        foreach (var executor in agent.Executors.Values)
        {
            world.Timers.Cancel(executor.Deadline);
            executors.CloseConnection(executor, abrupt: true);
        }
        allocator.Rescind(agent);
        if (!wasRegistered)
            return;
        foreach (var framework in world.Frameworks.Values.Where(f => !f.Info.Checkpoint))
            Lose(agent, framework);
        agent.Health = world.After(world.Options.AgentUnreachableAfter, () => GiveUp(agent));
    }

    /// <summary>The process is back: executors may subscribe, but the master hears of it only after the whole timeout.</summary>
    public void Up(Agent agent)
    {
        if (agent.State != AgentState.Down)
            return;
        agent.State = AgentState.Recovering;
        foreach (var executor in agent.Executors.Values.Where(e => e.State != ExecutorState.Terminated))
            executor.AwaitedByRecovery = true;
        foreach (var stranger in agent.Strangers)
            world.Effects.Add(new Effect.KillExecutor(stranger));
        agent.Strangers.Clear();
        agent.Recovery = world.After(world.Options.ExecutorReregistrationTimeout, () => Recovered(agent));
    }

    /// <summary>An executor's end; while its agent is away nobody hears of it.</summary>
    public void ExecutorEnded(Executor executor, int rawWaitStatus)
    {
        if (executor.Agent.State == AgentState.Registered)
            executors.Ended(executor, rawWaitStatus);
        else
            executor.EndedWithStatus = rawWaitStatus;
    }

    private void Recovered(Agent agent)
    {
        var wasUnreachable = agent.IsUnreachable;
        agent.State = AgentState.Registered;
        agent.IsUnreachable = false;
        world.Timers.Cancel(agent.Health);
        foreach (var task in TasksOf(agent).Where(t => t.UnreachableSince is not null))
        {
            task.UnreachableSince = null;
            task.ToldState = task.State;
            updates.FromMaster(task.Framework, task.Info.TaskId, task.State, Reason.AgentReregistered,
                "Unreachable agent re-reregistered", agent.Id, task.Executor.Info.ExecutorId);
            if (task.IsTerminal)
                updates.Release(task);
        }
        // Mesos sends what is pending twice here; schedulers have to bear it.
        updates.Resume(agent);
        updates.Resume(agent);
        foreach (var executor in agent.Executors.Values.ToList())
            Settle(executor);
        if (wasUnreachable)
            allocator.Allocate();
        else
            allocator.Request();
    }

    private void Settle(Executor executor)
    {
        if (executor.EndedWithStatus is { } status)
        {
            executors.Ended(executor, status);
        }
        else if (executor.AwaitedByRecovery)
        {
            var timeout = MesosDuration.Format(world.Options.ExecutorReregistrationTimeout);
            executors.Kill(executor, (TaskState.TaskGone, Reason.ExecutorReregistrationTimeout,
                $"Executor did not reregister within {timeout}"));
        }
    }

    private void GiveUp(Agent agent)
    {
        agent.IsUnreachable = true;
        agent.UnreachableSince = world.Now;
        foreach (var task in TasksOf(agent).Where(t => t.UnreachableSince is null))
        {
            task.UnreachableSince = world.Now;
            if (MesosTask.IsTerminalState(task.ToldState))
                continue;
            updates.FromMaster(task.Framework, task.Info.TaskId, TaskState.TaskUnreachable, Reason.AgentRemoved,
                "health check timed out", agent.Id, task.Executor.Info.ExecutorId, Reconciliation.Time(world.Now));
        }
        foreach (var framework in world.Frameworks.Values)
            world.Send(framework, Events.Failure(agent.Id));
    }

    /// <summary>A framework that does not checkpoint loses all that it has there at once.</summary>
    private void Lose(Agent agent, Framework framework)
    {
        foreach (var task in framework.Tasks.Values.Where(t => t.Agent == agent).ToList())
        {
            updates.Release(task);
            framework.Tasks.Remove(task.Id);
            task.Executor.Launched.Remove(task.Id);
            task.Executor.Queued.Remove(task);
            if (!task.IsTerminal)
            {
                updates.FromMaster(framework, task.Info.TaskId, TaskState.TaskLost, Reason.AgentDisconnected,
                    $"Agent {agent.Options.Hostname} disconnected", agent.Id, task.Executor.Info.ExecutorId);
            }
        }
        updates.Drop(agent, framework);
        foreach (var executor in agent.Executors.Values.Where(e => e.Framework == framework).ToList())
        {
            agent.Executors.Remove((framework.Id, executor.Id));
            if (executor.State == ExecutorState.Terminated)
                continue;
            agent.Used -= ResourceBag.FromProto(executor.Info.Resources).Unallocated();
            world.Containers.Remove(executor.ContainerId.Value);
            agent.Strangers.Add(executor.ContainerId);
        }
    }

    private List<MesosTask> TasksOf(Agent agent) =>
        world.Frameworks.Values.SelectMany(f => f.Tasks.Values).Where(t => t.Agent == agent).ToList();
}
