using Google.Protobuf;
using Mesos.V1;
using ExecutorEventType = Mesos.V1.Executor.Event.Types.Type;
using SchedulerEventType = Mesos.V1.Scheduler.Event.Types.Type;

namespace LocalMesos.Core;

/// <summary>The events that go out, in one place.</summary>
internal static class Events
{
    public static readonly SchedulerEvent Heartbeat = new() { Type = SchedulerEventType.Heartbeat };
    public static readonly ExecutorEvent Shutdown = new() { Type = ExecutorEventType.Shutdown };

    public static SchedulerEvent Error(string message) => new()
    {
        Type = SchedulerEventType.Error,
        Error = new() { Message = message },
    };

    public static SchedulerEvent Offers(IEnumerable<Offer> offers) => new()
    {
        Type = SchedulerEventType.Offers,
        Offers = new() { Offers_ = { offers } },
    };

    public static SchedulerEvent Rescind(OfferID offer) => new()
    {
        Type = SchedulerEventType.Rescind,
        Rescind = new() { OfferId = offer },
    };

    public static SchedulerEvent Update(TaskStatus status) => new()
    {
        Type = SchedulerEventType.Update,
        Update = new() { Status = status },
    };

    public static SchedulerEvent Message(AgentID agent, ExecutorID executor, ByteString data) => new()
    {
        Type = SchedulerEventType.Message,
        Message = new() { AgentId = agent, ExecutorId = executor, Data = data },
    };

    /// <summary>An executor's end, with its raw wait status.</summary>
    public static SchedulerEvent Failure(AgentID agent, ExecutorID executor, int status) => new()
    {
        Type = SchedulerEventType.Failure,
        Failure = new() { AgentId = agent, ExecutorId = executor, Status = status },
    };

    /// <summary>An agent's loss.</summary>
    public static SchedulerEvent Failure(AgentID agent) => new()
    {
        Type = SchedulerEventType.Failure,
        Failure = new() { AgentId = agent },
    };

    public static ExecutorEvent Launch(TaskInfo task) => new()
    {
        Type = ExecutorEventType.Launch,
        Launch = new() { Task = task },
    };

    public static ExecutorEvent Kill(TaskID task, KillPolicy? policy) => new()
    {
        Type = ExecutorEventType.Kill,
        Kill = new() { TaskId = task, KillPolicy = policy },
    };

    public static ExecutorEvent Acknowledged(TaskID task, ByteString uuid) => new()
    {
        Type = ExecutorEventType.Acknowledged,
        Acknowledged = new() { TaskId = task, Uuid = uuid },
    };

    public static ExecutorEvent Message(ByteString data) => new()
    {
        Type = ExecutorEventType.Message,
        Message = new() { Data = data },
    };
}
