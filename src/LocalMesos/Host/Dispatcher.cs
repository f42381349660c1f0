using LocalMesos.Core;
using Mesos.V1;

namespace LocalMesos.Host;

/// <summary>Runs the core: one step at a time under a lock, its effects performed before the next, its timer kept.</summary>
internal sealed class Dispatcher : IDisposable
{
    private readonly Lock gate = new();
    private readonly MesosCore core;
    private readonly TimeProvider time;
    private readonly Containers containers;
    private readonly ITimer timer;
    private readonly Dictionary<StreamId, EventChannel> schedulers = [];
    private readonly Dictionary<ConnectionId, EventChannel> executors = [];
    private DateTimeOffset? armed;
    private long connections;

    public Dispatcher(MesosCoreOptions options, IEnumerable<AgentOptions> agents, TimeProvider time, ILogger logger)
    {
        this.time = time;
        core = new MesosCore(options, new Random(), time.GetUtcNow());
        containers = new Containers(
            (id, status) => Step(now => core.ExecutorExited(id, status, now)),
            (id, message) => Step(now => core.ExecutorNotStarted(id, message, now)),
            logger);
        timer = time.CreateTimer(_ => Step(Tick), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Step(now =>
        {
            foreach (var agent in agents)
                core.AddAgent(agent, now);
        });
    }

    public string MasterId => core.MasterId;

    /// <summary>With 200, the stream is in the channel from its first event on.</summary>
    public CallAnswer Subscribe(StreamId stream, EventChannel channel, SchedulerCall call) => Step(now =>
    {
        schedulers.Add(stream, channel);
        var answer = core.Subscribe(stream, call, now);
        if (!answer.IsGranted)
            schedulers.Remove(stream);
        return answer;
    });

    public CallAnswer Call(string? stream, SchedulerCall call) => Step(now => core.Call(stream, call, now));

    public void SchedulerGone(StreamId stream) => Step(now =>
    {
        schedulers.Remove(stream);
        core.SchedulerGone(stream, now);
    });

    public ConnectionId NextConnection() => new(Interlocked.Increment(ref connections));

    public CallAnswer Subscribe(int agent, ConnectionId connection, EventChannel channel, ExecutorCall call) => Step(now =>
    {
        executors.Add(connection, channel);
        var answer = core.SubscribeExecutor(agent, connection, call, now);
        if (!answer.IsGranted)
            executors.Remove(connection);
        return answer;
    });

    public CallAnswer CallOfExecutor(int agent, ExecutorCall call) => Step(now => core.CallOfExecutor(agent, call, now));

    public void ExecutorGone(ConnectionId connection) => Step(now =>
    {
        executors.Remove(connection);
        core.ExecutorConnectionGone(connection, now);
    });

    /// <summary>Tells all executors to shut down, and kills after the given time what is left of them.</summary>
    public async Task EndExecutorsAsync(TimeSpan grace)
    {
        var ended = containers.EndAsync();
        Step(core.ShutdownExecutors);
        await Task.WhenAny(ended, Task.Delay(grace, time)).ConfigureAwait(false);
        containers.KillAll();
        await ended.ConfigureAwait(false);
        lock (gate)
        {
            foreach (var channel in schedulers.Values.Concat(executors.Values))
                channel.Close(abort: true);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        containers.Dispose();
    }

    private void Step(Action<DateTimeOffset> step) => Step(now =>
    {
        step(now);
        return true;
    });

    private T Step<T>(Func<DateTimeOffset, T> step)
    {
        lock (gate)
        {
            var answer = step(time.GetUtcNow());
            foreach (var effect in core.TakeEffects())
                Perform(effect);
            Arm();
            return answer;
        }
    }

    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case Effect.SendToScheduler send:
                schedulers.GetValueOrDefault(send.Stream)?.Send(send.Event);
                break;
            case Effect.CloseScheduler close:
                if (schedulers.Remove(close.Stream, out var scheduler))
                    scheduler.Close(abort: false);
                break;
            case Effect.SendToExecutor send:
                executors.GetValueOrDefault(send.Connection)?.Send(send.Event);
                break;
            case Effect.CloseExecutor close:
                if (executors.Remove(close.Connection, out var executor))
                    executor.Close(close.Abrupt);
                break;
            case Effect.StartExecutor start:
                containers.Start(start);
                break;
            case Effect.KillExecutor kill:
                containers.Kill(kill.ContainerId);
                break;
            default:
                throw new InvalidOperationException($"unknown effect {effect}");
        }
    }

    private void Tick(DateTimeOffset now)
    {
        // It may ring a little early, with nothing done and the same time still due: then it has to be set again.
        armed = null;
        core.Tick(now);
    }

    private void Arm()
    {
        if (core.NextTick == armed)
            return;
        armed = core.NextTick;
        var due = armed - time.GetUtcNow() ?? Timeout.InfiniteTimeSpan;
        if (armed is not null && due < TimeSpan.Zero)
            due = TimeSpan.Zero;
        else if (armed is not null)
            due += TimeSpan.FromMilliseconds(1); // Timers cut off what is less than a millisecond.
        // Timers have a longest time; when it is over, nothing is due and the next is armed.
        timer.Change(due > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : due, Timeout.InfiniteTimeSpan);
    }
}
