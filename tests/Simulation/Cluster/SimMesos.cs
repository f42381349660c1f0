using LocalMesos.Core;
using Mesos.V1;
using Simulation.World;
using ExecutorCall = Mesos.V1.Executor.Call;
using ExecutorEvent = Mesos.V1.Executor.Event;
using SchedulerCall = Mesos.V1.Scheduler.Call;
using SchedulerEvent = Mesos.V1.Scheduler.Event;

namespace Simulation.Cluster;

/// <summary>Master and agents of a world: LocalMesos' own core, its effects performed on simulated processes and streams.</summary>
public sealed class SimMesos
{
    private readonly SimWorld _world;
    private readonly MesosCore _core;
    private readonly Random _random;
    private readonly Dictionary<StreamId, SimStream<SchedulerEvent>> _schedulers = [];
    private readonly Dictionary<ConnectionId, SimStream<ExecutorEvent>> _executors = [];
    private readonly Dictionary<string, SimProcess> _containers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _killed = new(StringComparer.Ordinal);
    private readonly Func<Effect.StartExecutor, SimProcess> _spawn;
    private SimEvent? _tick;
    private long _streams;

    /// <param name="spawn">Makes the process of an executor; it is started at once.</param>
    public SimMesos(SimWorld world, MesosCoreOptions options, Func<Effect.StartExecutor, SimProcess> spawn)
    {
        _world = world;
        _random = world.RandomFor("mesos");
        _spawn = spawn;
        _core = new MesosCore(options, world.RandomFor("mesos core"), world.Now);
    }

    /// <summary>What master and agents told anybody: for the checks.</summary>
    public event Action<SchedulerEvent>? Told;

    public int AddAgent(AgentOptions agent) => Do(core => core.AddAgent(agent, _world.Now));

    public string AgentId(int agent) => _core.AgentId(agent).Value;

    public AgentAccount Account(int agent) => _core.Account(agent);

    public SimScheduler SchedulerOf(SimProcess process) => new(this, process);

    public SimExecutor ExecutorOf(SimProcess process, int agent, string frameworkId, string executorId) =>
        new(this, process, agent, frameworkId, executorId);

    public void AgentDown(int agent)
    {
        _world.Log("mesos", $"agent {agent} dies");
        Do(core => core.AgentDown(agent, _world.Now));
    }

    public void AgentUp(int agent)
    {
        _world.Log("mesos", $"agent {agent} starts again");
        Do(core => core.AgentUp(agent, _world.Now));
    }

    internal StreamId NextStream() => new($"stream-{++_streams}");

    internal ConnectionId NextConnection() => new(++_streams);

    internal CallAnswer Subscribe(StreamId id, SimStream<SchedulerEvent> stream, SchedulerCall call)
    {
        _schedulers[id] = stream;
        return Do(core => core.Subscribe(id, call, _world.Now));
    }

    internal CallAnswer Call(StreamId id, SchedulerCall call) => Do(core => core.Call(id.Value, call, _world.Now));

    internal void SchedulerGone(StreamId id)
    {
        if (_schedulers.Remove(id))
            Do(core => core.SchedulerGone(id, _world.Now));
    }

    internal CallAnswer SubscribeExecutor(int agent, ConnectionId id, SimStream<ExecutorEvent> stream, ExecutorCall call)
    {
        _executors[id] = stream;
        return Do(core => core.SubscribeExecutor(agent, id, call, _world.Now));
    }

    internal CallAnswer CallOfExecutor(int agent, ExecutorCall call) => Do(core => core.CallOfExecutor(agent, call, _world.Now));

    internal void ExecutorConnectionGone(ConnectionId id)
    {
        if (_executors.Remove(id))
            Do(core => core.ExecutorConnectionGone(id, _world.Now));
    }

    private void Do(Action<MesosCore> step) => Do(core =>
    {
        step(core);
        return true;
    });

    private T Do<T>(Func<MesosCore, T> step)
    {
        var result = step(_core);
        foreach (var effect in _core.TakeEffects())
            Perform(effect);
        _tick?.Cancel();
        _tick = _core.NextTick is { } next ? _world.After(next - _world.Now, () => Do(core => core.Tick(_world.Now))) : null;
        return result;
    }

    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case Effect.SendToScheduler send:
                LogEvent(send.Event);
                Told?.Invoke(send.Event);
                _schedulers.GetValueOrDefault(send.Stream)?.Push(send.Event.Clone());
                break;
            case Effect.CloseScheduler close:
                if (_schedulers.Remove(close.Stream, out var scheduler))
                    scheduler.End();
                break;
            case Effect.SendToExecutor send:
                _executors.GetValueOrDefault(send.Connection)?.Push(send.Event.Clone());
                break;
            case Effect.CloseExecutor close:
                if (_executors.Remove(close.Connection, out var executor))
                {
                    if (close.Abrupt)
                        executor.Break("the connection broke");
                    else
                        executor.End();
                }
                break;
            case Effect.StartExecutor start:
                _world.After(TimeSpan.FromMilliseconds(20 + _random.Next(120)), () => Start(start));
                break;
            case Effect.KillExecutor kill:
                _world.After(TimeSpan.FromMilliseconds(1 + _random.Next(40)), () => Kill(kill.ContainerId));
                break;
            default:
                throw new SimulationException($"an effect that the simulation does not know: {effect}");
        }
    }

    private void Start(Effect.StartExecutor start)
    {
        var id = start.ContainerId;
        if (_killed.Remove(id.Value))
        {
            Do(core => core.ExecutorExited(id, 9, _world.Now));
            return;
        }
        var process = _spawn(start);
        _containers.Add(id.Value, process);
        process.Died += () =>
        {
            _containers.Remove(id.Value);
            // As wait(2) tells it: exited by itself with a code, or killed.
            var status = int.TryParse(process.Ended, out var code) ? code * 256 : 9;
            _world.After(TimeSpan.FromMilliseconds(1 + _random.Next(60)), () => Do(core => core.ExecutorExited(id, status, _world.Now)));
        };
    }

    private void Kill(ContainerID id)
    {
        if (_containers.TryGetValue(id.Value, out var process))
            process.Kill("killed by Mesos");
        else
            _killed.Add(id.Value);
    }

    private void LogEvent(SchedulerEvent sent)
    {
        if (sent.Type == SchedulerEvent.Types.Type.Heartbeat)
            return;
        _world.Log("mesos", sent.Update?.Status is { } status
            ? $"says {status.State} {status.TaskId.Value} ({status.Source} {status.Reason})" : $"says {sent.Type}");
    }
}
