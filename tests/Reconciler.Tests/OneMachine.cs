using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using Mesos;
using Mesos.Resources;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using TaskStatus = Mesos.V1.TaskStatus;

namespace Reconciler.Tests;

/// <summary>
/// As much of a master and its one agent as the control loop needs: offers at REVIVE, tasks that run as soon as they are launched,
/// and end when killed. All calls are kept. It is as sequential as its caller.
/// </summary>
internal sealed class OneMachine : IMesosScheduler
{
    public const string AgentId = "agent-1";

    private readonly Lock _lock = new();
    private readonly List<Call> _calls = [];
    private readonly Dictionary<string, TaskInfo> _running = [];
    private Channel<Event>? _events;
    private int _offers;
    private int _frameworks;
    private bool _offered;
    private ResourceBag _free = ResourceText.Parse("cpus:8;mem:8192;ports:[31000-31999]").AllocatedTo("reconciler");

    /// <summary>What a launched task says at once; null: nothing.</summary>
    public TaskState? Answer { get; set; } = TaskState.TaskRunning;
    /// <summary>A call for which this holds is lost before it is heard.</summary>
    public Func<Call, bool> Lost { get; set; } = static _ => false;
    /// <summary>Before a call is heard.</summary>
    public Func<Call, Task> Before { get; set; } = static _ => Task.CompletedTask;
    public string? RefuseWith { get; set; }
    public int Subscriptions { get; private set; }
    public FrameworkInfo? Framework { get; private set; }

    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public IReadOnlyList<TaskInfo> Launched => [.. Calls.Where(c => c.Type == Call.Types.Type.Accept)
        .SelectMany(c => c.Accept.Operations).SelectMany(o => o.Launch.TaskInfos)];

    public IReadOnlyList<string> LaunchedPods => [.. Launched.Select(t => t.TaskId.Value).Where(id => !id.StartsWith("NODE.", StringComparison.Ordinal))];

    public IReadOnlyList<string> Running
    {
        get
        {
            lock (_lock)
                return [.. _running.Keys];
        }
    }

    public async IAsyncEnumerable<Event> SubscribeAsync(FrameworkInfo framework, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var events = Channel.CreateUnbounded<Event>();
        lock (_lock)
        {
            (_events, Framework, _offered) = (events, framework, false);
            Subscriptions++;
        }
        if (RefuseWith is { } why)
        {
            lock (_lock)
            {
                foreach (var task in _running.Values)
                    _free += ResourceBag.FromProto(task.Resources);
                _running.Clear();
            }
            yield return new Event { Type = Event.Types.Type.Error, Error = new() { Message = why } };
            yield break;
        }
        var id = framework.Id ?? new FrameworkID { Value = $"fw-{++_frameworks}" };
        yield return new Event { Type = Event.Types.Type.Subscribed, Subscribed = new() { FrameworkId = id, HeartbeatIntervalSeconds = 1000 } };
        await foreach (var received in events.Reader.ReadAllAsync(cancellation))
            yield return received;
    }

    /// <summary>The stream breaks; offers are void.</summary>
    public void Disconnect() => _events!.Writer.TryComplete(new MesosException("the connection broke"));

    public void Send(Event received) => _events!.Writer.TryWrite(received);

    public async Task SendAsync(Call call, CancellationToken cancellation)
    {
        await Before(call);
        lock (_lock)
        {
            _calls.Add(call.Clone());
            if (Lost(call))
                throw new MesosException("the call was lost");
            Hear(call);
        }
    }

    /// <summary>An update of a task, as its executor sends it: with a uuid.</summary>
    public void Update(string taskId, TaskState state, byte[]? data = null, bool withUuid = true)
    {
        var status = new TaskStatus { TaskId = new TaskID { Value = taskId }, AgentId = new AgentID { Value = AgentId }, State = state };
        if (withUuid)
            status.Uuid = ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
        if (data is not null)
            status.Data = ByteString.CopyFrom(data);
        Send(new Event { Type = Event.Types.Type.Update, Update = new() { Status = status } });
    }

    /// <summary>The end of a task, and its resources are free.</summary>
    public void End(string taskId, TaskState state, byte[]? data = null)
    {
        lock (_lock)
        {
            if (_running.Remove(taskId, out var task))
                _free += ResourceBag.FromProto(task.Resources);
        }
        Update(taskId, state, data);
    }

    private void Hear(Call call)
    {
        switch (call.Type)
        {
            case Call.Types.Type.Revive:
                Offer();
                break;
            case Call.Types.Type.Accept:
                _offered = false;
                foreach (var task in call.Accept.Operations.SelectMany(o => o.Launch.TaskInfos))
                    Launch(task);
                break;
            case Call.Types.Type.Decline:
                _offered = false;
                break;
            case Call.Types.Type.Kill when _running.ContainsKey(call.Kill.TaskId.Value):
                End(call.Kill.TaskId.Value, TaskState.TaskKilled);
                break;
            case Call.Types.Type.Reconcile:
                foreach (var task in call.Reconcile.Tasks)
                    Update(task.TaskId.Value, _running.ContainsKey(task.TaskId.Value) ? TaskState.TaskRunning : TaskState.TaskGone, withUuid: false);
                break;
        }
    }

    private void Offer()
    {
        if (_offered)
            return;
        _offered = true;
        var offer = new Offer
        {
            Id = new OfferID { Value = $"offer-{++_offers}" },
            FrameworkId = new FrameworkID { Value = "fw-1" },
            AgentId = new AgentID { Value = AgentId },
            Hostname = "host-1",
        };
        offer.Resources.AddRange(_free.ToProto());
        offer.ExecutorIds.AddRange(_running.Values.Select(t => t.Executor.ExecutorId).Distinct());
        var offers = new Event { Type = Event.Types.Type.Offers, Offers = new() };
        offers.Offers.Offers_.Add(offer);
        Send(offers);
    }

    private void Launch(TaskInfo task)
    {
        _running.Add(task.TaskId.Value, task);
        _free -= ResourceBag.FromProto(task.Resources);
        if (Answer is { } state)
            Update(task.TaskId.Value, state);
    }
}
