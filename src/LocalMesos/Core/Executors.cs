using Mesos;
using Mesos.Resources;
using Mesos.V1;
using Reason = Mesos.V1.TaskStatus.Types.Reason;

namespace LocalMesos.Core;

/// <summary>An agent's executors: from the first task to the container's end.</summary>
internal sealed class Executors(World world, Allocator allocator, StatusUpdates updates)
{
    public Executor Start(Framework framework, Agent agent, ExecutorInfo info)
    {
        var container = new ContainerID { Value = world.NewUuid() };
        var executor = new Executor(framework, agent, info, container);
        agent.Executors.Add((framework.Id, executor.Id), executor);
        world.Containers.Add(container.Value, executor);
        var sandbox = Sandboxes.PathOf(world.Options, executor);
        world.Effects.Add(new Effect.StartExecutor(
            agent.Index, container, info, Sandboxes.EnvironmentOf(world.Options, executor, sandbox), sandbox));
        var timeout = world.Options.ExecutorRegistrationTimeout;
        executor.Deadline = world.After(timeout, () => Kill(executor, (TaskState.TaskFailed,
            Reason.ExecutorRegistrationTimeout, $"Executor did not register within {MesosDuration.Format(timeout)}")));
        return executor;
    }

    public void Launch(MesosTask task)
    {
        var executor = task.Executor;
        switch (executor.State)
        {
            case ExecutorState.Registering:
                executor.Queued.Add(task);
                break;
            case ExecutorState.Running:
                Deliver(task);
                break;
            case ExecutorState.Terminating or ExecutorState.Terminated:
                executor.Launched.Add(task.Id, task);
                updates.FromAgent(task, TaskState.TaskDropped, Reason.ExecutorTerminated,
                    executor.State == ExecutorState.Terminating ? "Executor terminating" : "Executor terminated");
                break;
            default:
                throw new InvalidOperationException($"executor {executor.Id} is {executor.State}");
        }
    }

    /// <summary>To the executor's connection; lost where there is none, and then found out at its next subscription.</summary>
    public void Deliver(MesosTask task)
    {
        task.Executor.EverSentTask = true;
        task.Executor.Launched.Add(task.Id, task);
        world.Send(task.Executor, Events.Launch(task.Info));
    }

    /// <summary>KILL, as the agent does it.</summary>
    public void KillTask(MesosTask task, KillPolicy? policy)
    {
        var executor = task.Executor;
        if (executor.Queued.Remove(task))
        {
            executor.Launched.Add(task.Id, task);
            updates.FromAgent(task, TaskState.TaskKilled, Reason.TaskKilledDuringLaunch, "Killed before delivery to the executor");
        }
        else if (executor.State == ExecutorState.Running)
        {
            world.Send(executor, Events.Kill(task.Info.TaskId, policy));
        }
        // An executor that is ending or gone: Mesos ignores the call, the end of the executor ends the task.
    }

    /// <summary>SHUTDOWN, and SIGKILL after the grace period.</summary>
    public void Shutdown(Executor executor)
    {
        if (executor.State is ExecutorState.Terminating or ExecutorState.Terminated)
            return;
        executor.State = ExecutorState.Terminating;
        world.Timers.Cancel(executor.Deadline);
        world.Send(executor, Events.Shutdown);
        executor.Deadline = world.After(GracePeriod(world.Options, executor.Info),
            () => world.Effects.Add(new Effect.KillExecutor(executor.ContainerId)));
    }

    public void Kill(Executor executor, (TaskState State, Reason Reason, string Message) cause)
    {
        executor.State = ExecutorState.Terminating;
        executor.Cause ??= cause;
        world.Timers.Cancel(executor.Deadline);
        world.Effects.Add(new Effect.KillExecutor(executor.ContainerId));
    }

    /// <summary>The container is gone: what ran in it has failed.</summary>
    public void Ended(Executor executor, int rawWaitStatus)
    {
        world.Containers.Remove(executor.ContainerId.Value);
        world.Timers.Cancel(executor.Deadline);
        CloseConnection(executor, abrupt: false);
        executor.State = ExecutorState.Terminated;
        executor.AwaitedByRecovery = false;
        executor.EndedWithStatus = null;
        if (!world.Frameworks.ContainsKey(executor.Framework.Id))
        {
            // Its framework was removed: the resources were given back then, and nobody is left to be told.
            executor.Agent.Executors.Remove((executor.Framework.Id, executor.Id));
            return;
        }
        var (agent, framework) = (executor.Agent, executor.Framework);
        agent.Used -= ResourceBag.FromProto(executor.Info.Resources).Unallocated();
        world.Send(framework, Events.Failure(agent.Id, executor.Info.ExecutorId, rawWaitStatus));
        var (state, reason, message) = executor.Cause ?? (TaskState.TaskFailed, Reason.ExecutorTerminated, "Executor terminated");
        foreach (var task in executor.Launched.Values.Concat(executor.Queued).Where(t => !t.IsTerminal).ToList())
        {
            executor.Launched.TryAdd(task.Id, task);
            updates.FromAgent(task, state, reason, message);
        }
        executor.Queued.Clear();
        if (executor.Launched.Count == 0)
            agent.Executors.Remove((framework.Id, executor.Id));
        allocator.Request();
    }

    public void CloseConnection(Executor executor, bool abrupt)
    {
        if (executor.Connection is not { } connection)
            return;
        executor.Connection = null;
        world.Connections.Remove(connection);
        world.Effects.Add(new Effect.CloseExecutor(connection, abrupt));
    }

    public static TimeSpan GracePeriod(MesosCoreOptions options, ExecutorInfo executor) =>
        executor.ShutdownGracePeriod is { } period
            ? TimeSpan.FromTicks(period.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : options.ExecutorShutdownGracePeriod;
}
