using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>
/// A Mesos master and its agents as a state machine: calls and events in, effects out. It has no I/O, no clock and no
/// randomness of its own and is not thread-safe: a program runs it behind HTTP, a simulation runs it in one thread.
/// After every method, perform <see cref="TakeEffects"/>; call <see cref="Tick"/> when <see cref="NextTick"/> has come.
/// </summary>
public sealed class MesosCore
{
    private readonly World world;
    private readonly AgentLife agents;
    private readonly Subscriptions subscriptions;
    private readonly SchedulerCalls schedulerCalls;
    private readonly ExecutorCalls executorCalls;
    private readonly Executors executors;

    /// <param name="random">The source of all ids: the same seed and the same calls give the same run.</param>
    public MesosCore(MesosCoreOptions options, Random random, DateTimeOffset now)
    {
        world = new World(options, random, now);
        var allocator = new Allocator(world);
        var updates = new StatusUpdates(world, allocator);
        executors = new Executors(world, allocator, updates);
        agents = new AgentLife(world, allocator, updates, executors);
        subscriptions = new Subscriptions(world, allocator, updates, executors);
        schedulerCalls = new SchedulerCalls(world, allocator, updates, executors, subscriptions,
            new Launches(world, allocator, updates, executors), new Reconciliation(world, updates, executors));
        executorCalls = new ExecutorCalls(world, updates, executors);
    }

    /// <summary>A UUID; framework, agent and offer ids begin with it.</summary>
    public string MasterId => world.MasterId;

    /// <summary>Registers an agent; returns its index, which is also the number in its id (S0, S1, …).</summary>
    public int AddAgent(AgentOptions agent, DateTimeOffset now) => At(now, () => agents.Add(agent).Index);

    public AgentID AgentId(int agent) => world.Agents[agent].Id;

    /// <summary>What the agent has, what tasks and executors use of it, and what is out in offers.</summary>
    public AgentAccount Account(int agent) =>
        new(world.Agents[agent].Total, world.Agents[agent].Used, world.Agents[agent].Offered);

    /// <summary>SUBSCRIBE of a scheduler. 200: the stream is open, its events are among the effects.</summary>
    public CallAnswer Subscribe(StreamId stream, SchedulerCall call, DateTimeOffset now) =>
        At(now, () => schedulerCalls.Subscribe(stream, call));

    /// <summary>Any other call of a scheduler, with what its Mesos-Stream-Id header says (null: none).</summary>
    public CallAnswer Call(string? streamId, SchedulerCall call, DateTimeOffset now) =>
        At(now, () => schedulerCalls.Call(streamId, call));

    /// <summary>The scheduler's connection broke. A stream that the core has closed is ignored.</summary>
    public void SchedulerGone(StreamId stream, DateTimeOffset now)
    {
        world.Now = now;
        if (world.Streams.TryGetValue(stream, out var framework))
            subscriptions.Disconnected(framework);
    }

    /// <summary>SUBSCRIBE of an executor at the agent's endpoint. 200: the stream is open.</summary>
    public CallAnswer SubscribeExecutor(int agent, ConnectionId connection, ExecutorCall call, DateTimeOffset now) =>
        At(now, () => AnswerOf(agent, a => executorCalls.Subscribe(a, connection, call)));

    /// <summary>UPDATE, MESSAGE or HEARTBEAT of an executor.</summary>
    public CallAnswer CallOfExecutor(int agent, ExecutorCall call, DateTimeOffset now) =>
        At(now, () => AnswerOf(agent, a => executorCalls.Call(a, call)));

    /// <summary>The executor's connection broke; its process may live on and subscribe again.</summary>
    public void ExecutorConnectionGone(ConnectionId connection, DateTimeOffset now)
    {
        world.Now = now;
        // Mesos waits without end: only the container's end ends the executor.
        if (world.Connections.Remove(connection, out var executor))
            executor.Connection = null;
    }

    /// <summary>The container's first process ended, and with it the container.</summary>
    /// <param name="rawWaitStatus">As wait(2) gives it: exit code times 256, or the signal.</param>
    public void ExecutorExited(ContainerID container, int rawWaitStatus, DateTimeOffset now)
    {
        world.Now = now;
        if (world.Containers.TryGetValue(container.Value, out var executor))
            agents.ExecutorEnded(executor, rawWaitStatus);
    }

    /// <summary>The container could not be started (a URI could not be fetched): no process ever ran.</summary>
    public void ExecutorNotStarted(ContainerID container, string message, DateTimeOffset now)
    {
        world.Now = now;
        if (!world.Containers.TryGetValue(container.Value, out var executor))
            return;
        executor.Cause ??= (TaskState.TaskFailed, TaskStatus.Types.Reason.ContainerLaunchFailed, message);
        agents.ExecutorEnded(executor, 256);
    }

    /// <summary>The agent's process dies (kill -9); its executors live on.</summary>
    public void AgentDown(int agent, DateTimeOffset now)
    {
        world.Now = now;
        agents.Down(world.Agents[agent]);
    }

    /// <summary>The agent's process starts again and recovers what it checkpointed, under the same agent id.</summary>
    public void AgentUp(int agent, DateTimeOffset now)
    {
        world.Now = now;
        agents.Up(world.Agents[agent]);
    }

    /// <summary>All executors get SHUTDOWN, and are killed after their grace period: the end of everything.</summary>
    public void ShutdownExecutors(DateTimeOffset now)
    {
        world.Now = now;
        foreach (var executor in world.Containers.Values.ToList())
            executors.Shutdown(executor);
    }

    /// <summary>Does all that is due at this time: allocation, heartbeats, retries, timeouts.</summary>
    public void Tick(DateTimeOffset now)
    {
        world.Now = now;
        world.Timers.Run(now);
    }

    /// <summary>When <see cref="Tick"/> has something to do; null: nothing is due ever, until a call changes that.</summary>
    public DateTimeOffset? NextTick => world.Timers.Next;

    /// <summary>The effects since the last time, in order; they are the caller's now.</summary>
    public IReadOnlyList<Effect> TakeEffects()
    {
        var taken = world.Effects;
        world.Effects = [];
        return taken;
    }

    private CallAnswer AnswerOf(int agent, Func<Agent, CallAnswer> call)
    {
        var called = world.Agents[agent];
        return called.State == AgentState.Down ? CallAnswer.NoConnection : call(called);
    }

    private T At<T>(DateTimeOffset now, Func<T> step)
    {
        world.Now = now;
        return step();
    }
}
