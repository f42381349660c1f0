using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>
/// A Mesos master and its agents as a state machine: calls and events in, effects out. It has no I/O, no clock and no
/// randomness of its own and is not thread-safe: a program runs it behind HTTP, a simulation runs it in one thread.
/// After every method, perform <see cref="TakeEffects"/>; call <see cref="Tick"/> when <see cref="NextTick"/> has come.
/// </summary>
public sealed class MesosCore
{
    /// <param name="random">The source of all ids: the same seed and the same calls give the same run.</param>
    public MesosCore(MesosCoreOptions options, Random random, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>A UUID; framework, agent and offer ids begin with it.</summary>
    public string MasterId => throw new NotImplementedException();

    /// <summary>Registers an agent; returns its index, which is also the number in its id (S0, S1, …).</summary>
    public int AddAgent(AgentOptions agent, DateTimeOffset now) => throw new NotImplementedException();

    public AgentID AgentId(int agent) => throw new NotImplementedException();

    /// <summary>SUBSCRIBE of a scheduler. 200: the stream is open, its events are among the effects.</summary>
    public CallAnswer Subscribe(StreamId stream, SchedulerCall call, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>Any other call of a scheduler, with what its Mesos-Stream-Id header says (null: none).</summary>
    public CallAnswer Call(string? streamId, SchedulerCall call, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The scheduler's connection broke. A stream that the core has closed is ignored.</summary>
    public void SchedulerGone(StreamId stream, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>SUBSCRIBE of an executor at the agent's endpoint. 200: the stream is open.</summary>
    public CallAnswer SubscribeExecutor(int agent, ConnectionId connection, ExecutorCall call, DateTimeOffset now) =>
        throw new NotImplementedException();

    /// <summary>UPDATE, MESSAGE or HEARTBEAT of an executor.</summary>
    public CallAnswer CallOfExecutor(int agent, ExecutorCall call, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The executor's connection broke; its process may live on and subscribe again.</summary>
    public void ExecutorConnectionGone(ConnectionId connection, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The container's first process ended, and with it the container.</summary>
    /// <param name="rawWaitStatus">As wait(2) gives it: exit code times 256, or the signal.</param>
    public void ExecutorExited(ContainerID container, int rawWaitStatus, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The container could not be started (a URI could not be fetched): no process ever ran.</summary>
    public void ExecutorNotStarted(ContainerID container, string message, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The agent's process dies (kill -9); its executors live on.</summary>
    public void AgentDown(int agent, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>The agent's process starts again and recovers what it checkpointed, under the same agent id.</summary>
    public void AgentUp(int agent, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>Does all that is due at this time: allocation, heartbeats, retries, timeouts.</summary>
    public void Tick(DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>When <see cref="Tick"/> has something to do; null: nothing is due ever, until a call changes that.</summary>
    public DateTimeOffset? NextTick => throw new NotImplementedException();

    /// <summary>The effects since the last time, in order; they are the caller's now.</summary>
    public IReadOnlyList<Effect> TakeEffects() => throw new NotImplementedException();
}
