using Mesos.V1;
using Reason = Mesos.V1.TaskStatus.Types.Reason;

namespace LocalMesos.Core;

/// <summary>RECONCILE, and KILL, which answers for tasks it does not know as reconciliation does.</summary>
internal sealed class Reconciliation(World world, StatusUpdates updates, Executors executors)
{
    /// <summary>No tasks named: all that are known and reachable are answered for.</summary>
    public void Reconcile(Framework framework, IReadOnlyCollection<SchedulerCall.Types.Reconcile.Types.Task> tasks)
    {
        if (tasks.Count == 0)
        {
            foreach (var task in framework.Tasks.Values.Where(t => t.UnreachableSince is null))
                Latest(task);
            return;
        }
        foreach (var task in tasks)
            Answer(framework, task.TaskId, task.AgentId);
    }

    public void Kill(Framework framework, SchedulerCall.Types.Kill kill)
    {
        if (!framework.Tasks.TryGetValue(kill.TaskId.Value, out var task) || task.UnreachableSince is not null)
        {
            Answer(framework, kill.TaskId, kill.AgentId);
            return;
        }
        // A wrong agent id, or an agent that is away: Mesos says nothing and does nothing.
        if ((kill.AgentId is not null && kill.AgentId.Value != task.Agent.Id.Value) || !task.Agent.IsConnected)
            return;
        executors.KillTask(task, kill.KillPolicy);
    }

    private void Answer(Framework framework, TaskID id, AgentID? agentId)
    {
        if (framework.Tasks.TryGetValue(id.Value, out var task) && task.UnreachableSince is null)
        {
            Latest(task);
            return;
        }
        var agent = world.FindAgent(agentId?.Value);
        if (agent is null)
            Send(TaskState.TaskUnknown, "Reconciliation: Task is unknown");
        else if (agent.IsUnreachable)
            Send(TaskState.TaskUnreachable, "Reconciliation: Task is unreachable", Time(agent.UnreachableSince));
        else
            Send(TaskState.TaskGone, "Reconciliation: Task is unknown to the agent");

        void Send(TaskState state, string message, TimeInfo? unreachable = null) =>
            updates.FromMaster(framework, id, state, Reason.Reconciliation, message, agentId, unreachable: unreachable);
    }

    private void Latest(MesosTask task) => updates.FromMaster(
        task.Framework, task.Info.TaskId, task.ToldState, Reason.Reconciliation, "Reconciliation: Latest task state",
        task.Agent.Id, task.Executor.Info.ExecutorId);

    public static TimeInfo Time(DateTimeOffset time) =>
        new() { Nanoseconds = (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick };
}
