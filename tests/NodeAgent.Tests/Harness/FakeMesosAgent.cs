using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using Mesos;
using Mesos.Executor;
using Mesos.V1;
using Mesos.V1.Executor;
using Model;
using Model.Assignments;
using TaskStatus = Mesos.V1.TaskStatus;

namespace NodeAgent.Tests.Harness;

/// <summary>A Mesos agent in memory: hands out what the test launches and kills, and keeps the updates that come back.</summary>
public sealed class FakeMesosAgent : IMesosExecutor
{
    public const string AgentId = "agent-1";

    private readonly ConcurrentQueue<TaskStatus> _updates = new();
    private Channel<Event> _stream = Channel.CreateUnbounded<Event>();

    /// <summary>Thrown by the next sends, in order.</summary>
    public ConcurrentQueue<MesosException> SendFaults { get; } = new();
    /// <summary>Off: updates are taken and never acknowledged.</summary>
    public bool Acknowledges { get; set; } = true;
    public ConcurrentQueue<Call.Types.Subscribe> Subscriptions { get; } = new();
    public IReadOnlyList<TaskStatus> Updates => [.. _updates];

    public IReadOnlyList<TaskStatus> UpdatesOf(string taskId) => [.. _updates.Where(u => u.TaskId.Value == taskId)];

    /// <summary>The states told of a task, each sent-again update once.</summary>
    public IReadOnlyList<TaskState> StatesOf(string taskId) => [.. UpdatesOf(taskId).DistinctBy(u => u.Uuid).Select(u => u.State)];

    public async IAsyncEnumerable<Event> SubscribeAsync(
        Call.Types.Subscribe unacknowledged, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Subscriptions.Enqueue(unacknowledged);
        var stream = _stream;
        yield return new Event
        {
            Type = Event.Types.Type.Subscribed,
            Subscribed = new Event.Types.Subscribed
            {
                AgentInfo = new AgentInfo { Hostname = "127.0.0.1", Id = new AgentID { Value = AgentId } },
                ExecutorInfo = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "executor-1" } },
                FrameworkInfo = new FrameworkInfo { User = "root", Name = "test" },
            },
        };
        await foreach (var e in stream.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            yield return e;
    }

    public Task SendAsync(Call call, CancellationToken cancellation)
    {
        if (SendFaults.TryDequeue(out var fault))
            throw fault;
        var status = call.Update.Status;
        // First, so that whatever a test sends on seeing the update comes after its acknowledgement.
        if (Acknowledges)
            Acknowledge(status);
        _updates.Enqueue(status);
        return Task.CompletedTask;
    }

    public void Acknowledge(TaskStatus status) => Send(new Event
    {
        Type = Event.Types.Type.Acknowledged,
        Acknowledged = new Event.Types.Acknowledged { TaskId = status.TaskId, Uuid = status.Uuid },
    });

    /// <summary>The agent goes away and is back at the next subscription.</summary>
    public void Disconnect()
    {
        var before = _stream;
        _stream = Channel.CreateUnbounded<Event>();
        before.Writer.Complete();
    }

    public void Launch(string taskId, TaskData data) => Launch(taskId, ModelJson.Write(data));

    public void Launch(string taskId, byte[] data) => Send(new Event
    {
        Type = Event.Types.Type.Launch,
        Launch = new Event.Types.Launch
        {
            Task = new TaskInfo
            {
                Name = taskId, TaskId = new TaskID { Value = taskId }, AgentId = new AgentID { Value = AgentId }, Data = ByteString.CopyFrom(data),
            },
        },
    });

    public void Kill(string taskId, TimeSpan? grace = null)
    {
        var kill = new Event.Types.Kill { TaskId = new TaskID { Value = taskId } };
        if (grace is { } period)
            kill.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = period.Ticks * 100 } };
        Send(new Event { Type = Event.Types.Type.Kill, Kill = kill });
    }

    public void Shutdown() => Send(new Event { Type = Event.Types.Type.Shutdown });

    public void Send(Event e) => _stream.Writer.TryWrite(e);
}
