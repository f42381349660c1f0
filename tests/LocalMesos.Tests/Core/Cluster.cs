using Google.Protobuf;
using LocalMesos.Core;
using Mesos.Resources;
using Mesos.V1;
using ExecutorCallType = Mesos.V1.Executor.Call.Types.Type;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Tests.Core;

/// <summary>
/// The core with one framework, driven by script under a clock of its own. All that goes out is kept as lines of the
/// transcripts' form (who, event, task, state, source, reason, uuid, message); offers and heartbeats, whose time is
/// the real cluster's own, are kept apart.
/// </summary>
internal sealed class Cluster
{
    private readonly Dictionary<ConnectionId, string> connections = [];
    private readonly Dictionary<string, ByteString> lastUuid = new(StringComparer.Ordinal);
    private long nextConnection;
    private int nextStream;

    public Cluster(int agents = 1, string resources = "cpus:8;mem:4096;disk:10000;ports:[31000-32000]", MesosCoreOptions? options = null)
    {
        Core = new MesosCore(options ?? new MesosCoreOptions(), new Random(7), Now);
        for (var i = 0; i < agents; i++)
            Core.AddAgent(new AgentOptions { Port = 5051 + i, Resources = ResourceText.Parse(resources).ToProto() }, Now);
    }

    public MesosCore Core { get; }
    public DateTimeOffset Now { get; private set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    public List<string> Lines { get; } = [];
    public List<SchedulerEvent> SchedulerEvents { get; } = [];
    public List<ExecutorEvent> ExecutorEvents { get; } = [];
    public List<Effect.StartExecutor> Starts { get; } = [];
    public List<ContainerID> Kills { get; } = [];
    public Dictionary<string, Offer> Offers { get; } = new(StringComparer.Ordinal);
    public StreamId Stream { get; private set; }
    public string FrameworkId { get; private set; } = "";
    public FrameworkInfo Framework { get; set; } = NewFramework();

    public static FrameworkInfo NewFramework() => new()
    {
        User = "root",
        Name = "reconciler",
        Roles = { "reconciler" },
        Checkpoint = true,
        FailoverTimeout = 604800,
        Principal = "reconciler",
        Capabilities =
        {
            new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.PartitionAware },
            new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.MultiRole },
        },
    };

    public Cluster Subscribe(string? frameworkId = null)
    {
        Stream = new StreamId($"stream-{++nextStream}");
        var info = Framework.Clone();
        if (frameworkId is not null)
            info.Id = new FrameworkID { Value = frameworkId };
        Core.Subscribe(Stream, new SchedulerCall { Type = SchedulerCallType.Subscribe, FrameworkId = info.Id, Subscribe = new() { FrameworkInfo = info } }, Now)
            .StatusCode.Should().Be(200);
        Take();
        return this;
    }

    public CallAnswer Call(SchedulerCall call)
    {
        call.FrameworkId = new FrameworkID { Value = FrameworkId };
        var answer = Core.Call(Stream.Value, call, Now);
        Take();
        return answer;
    }

    public CallAnswer Revive() => Call(new SchedulerCall { Type = SchedulerCallType.Revive });

    /// <summary>Launches with one ACCEPT of an agent's offers; refuses the rest for no time unless told otherwise.</summary>
    public CallAnswer Launch(IEnumerable<TaskInfo> tasks, double refuseSeconds = 0, int agent = 0)
    {
        var id = Core.AgentId(agent).Value;
        var offers = Offers.Values.Where(o => o.AgentId.Value == id).Select(o => o.Id).ToList();
        offers.ForEach(o => Offers.Remove(o.Value));
        return Call(new SchedulerCall
        {
            Type = SchedulerCallType.Accept,
            Accept = new()
            {
                OfferIds = { offers },
                Operations = { new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Launch, Launch = new() { TaskInfos = { tasks } } } },
                Filters = new() { RefuseSeconds = refuseSeconds },
            },
        });
    }

    public CallAnswer Launch(string executor, params string[] tasks) => Launch(tasks.Select(t => Task(t, executor)));

    public TaskInfo Task(string id, string executor, double cpus = 0.1, double mem = 32, int agent = 0) => new()
    {
        Name = id,
        TaskId = new TaskID { Value = id },
        AgentId = Core.AgentId(agent),
        Resources = { ResourceText.Parse(FormattableString.Invariant($"cpus:{cpus};mem:{mem}")).ToProto() },
        Executor = new ExecutorInfo
        {
            Type = ExecutorInfo.Types.Type.Custom,
            ExecutorId = new ExecutorID { Value = executor },
            Command = new CommandInfo { Shell = true, Value = "./node-agent" },
            Resources = { ResourceText.Parse("cpus:0.1;mem:64").ToProto() },
        },
    };

    public CallAnswer Kill(string task, string? agentId = "", long? graceNanoseconds = null) => Call(new SchedulerCall
    {
        Type = SchedulerCallType.Kill,
        Kill = new()
        {
            TaskId = new TaskID { Value = task },
            AgentId = Id(agentId),
            KillPolicy = graceNanoseconds is { } grace ? new KillPolicy { GracePeriod = new() { Nanoseconds = grace } } : null,
        },
    });

    public CallAnswer Reconcile(params (string Task, string? Agent)[] tasks) => Call(new SchedulerCall
    {
        Type = SchedulerCallType.Reconcile,
        Reconcile = new()
        {
            Tasks = { tasks.Select(t => new SchedulerCall.Types.Reconcile.Types.Task { TaskId = new TaskID { Value = t.Task }, AgentId = Id(t.Agent) }) },
        },
    });

    /// <summary>Acknowledges the last update of the task that came with a uuid.</summary>
    public CallAnswer Acknowledge(string task) => Call(new SchedulerCall
    {
        Type = SchedulerCallType.Acknowledge,
        Acknowledge = new() { AgentId = Core.AgentId(0), TaskId = new TaskID { Value = task }, Uuid = lastUuid[task] },
    });

    public CallAnswer Shutdown(string executor) => Call(new SchedulerCall
    {
        Type = SchedulerCallType.Shutdown,
        Shutdown = new() { AgentId = Core.AgentId(0), ExecutorId = new ExecutorID { Value = executor } },
    });

    /// <summary>An executor subscribes; its events are written down under the given name.</summary>
    public ConnectionId SubscribeExecutor(string name, string executor, ExecutorCall.Types.Subscribe? subscribe = null, int agent = 0)
    {
        var connection = new ConnectionId(++nextConnection);
        connections.Add(connection, name);
        Core.SubscribeExecutor(agent, connection, ExecutorCall(executor, ExecutorCallType.Subscribe, c => c.Subscribe = subscribe ?? new()), Now)
            .StatusCode.Should().Be(200);
        Take();
        return connection;
    }

    /// <summary>As <see cref="SubscribeExecutor"/>, where a refusal is no surprise.</summary>
    public void SubscribeQuietly(int agent, ConnectionId connection, ExecutorCall call)
    {
        connections.Add(connection, "quiet");
        Core.SubscribeExecutor(agent, connection, call, Now);
        Take();
    }

    public CallAnswer Update(string executor, TaskStatus status, int agent = 0)
    {
        var answer = Core.CallOfExecutor(agent, ExecutorCall(executor, ExecutorCallType.Update, c => c.Update = new() { Status = status }), Now);
        Take();
        return answer;
    }

    public CallAnswer Update(string executor, string task, TaskState state, string? message = null) => Update(executor, Status(task, state, message));

    public static TaskStatus Status(string task, TaskState state, string? message = null)
    {
        var status = new TaskStatus
        {
            TaskId = new TaskID { Value = task },
            State = state,
            Source = TaskStatus.Types.Source.Executor,
            Uuid = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
        };
        if (message is not null)
            status.Message = message;
        return status;
    }

    public void Exited(string executor, int status)
    {
        Core.ExecutorExited(Starts.Last(s => s.Executor.ExecutorId.Value == executor).ContainerId, status, Now);
        Take();
    }

    public void Do(Action<MesosCore, DateTimeOffset> step)
    {
        step(Core, Now);
        Take();
    }

    /// <summary>Lets time pass, with every tick at its time.</summary>
    public void Pass(double seconds)
    {
        var end = Now.AddSeconds(seconds);
        while (Core.NextTick is { } next && next <= end)
        {
            Now = next;
            Core.Tick(Now);
            Take();
        }
        Now = end;
    }

    public ExecutorCall ExecutorCall(string executor, ExecutorCallType type, Action<ExecutorCall> complete)
    {
        var call = new ExecutorCall { Type = type, ExecutorId = new() { Value = executor }, FrameworkId = new() { Value = FrameworkId } };
        complete(call);
        return call;
    }

    private AgentID? Id(string? agentId) => agentId switch
    {
        null => null,
        "" => Core.AgentId(0),
        _ => new AgentID { Value = agentId },
    };

    private void Take()
    {
        foreach (var effect in Core.TakeEffects())
        {
            switch (effect)
            {
                case Effect.SendToScheduler send:
                    Took(send.Event);
                    break;
                case Effect.SendToExecutor send:
                    ExecutorEvents.Add(send.Event);
                    Lines.Add($"{connections[send.Connection]} {EventLines.Of(send.Event)}");
                    break;
                case Effect.CloseScheduler close:
                    Lines.Add($"{close.Stream.Value} closed");
                    break;
                case Effect.CloseExecutor close:
                    Lines.Add($"{connections[close.Connection]} closed{(close.Abrupt ? " abruptly" : "")}");
                    break;
                case Effect.StartExecutor start:
                    Starts.Add(start);
                    break;
                case Effect.KillExecutor kill:
                    Kills.Add(kill.ContainerId);
                    break;
            }
        }
    }

    private void Took(SchedulerEvent happened)
    {
        SchedulerEvents.Add(happened);
        if (happened.Subscribed is { } subscribed)
            FrameworkId = subscribed.FrameworkId.Value;
        foreach (var offer in happened.Offers?.Offers_ ?? [])
            Offers.Add(offer.Id.Value, offer);
        if (happened.Rescind is { } rescind)
            Offers.Remove(rescind.OfferId.Value);
        if (happened.Update is { Status.HasUuid: true } update)
            lastUuid[update.Status.TaskId.Value] = update.Status.Uuid;
        if (EventLines.Of(happened) is { } line)
            Lines.Add($"sched {line}");
    }
}
