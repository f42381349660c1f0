using Google.Protobuf;
using Loops;
using Mesos;
using Mesos.V1;
using Mesos.V1.Executor;
using Microsoft.Extensions.Logging;
using TaskStatus = Mesos.V1.TaskStatus;

namespace NodeAgent.Agent;

/// <summary>
/// Status updates on their way to the Mesos agent: in order and one at a time for each task, sent again until acknowledged, because
/// even a 202 may mean that it was dropped. Also the tasks that no acknowledged update has told of yet: a STAGING task that a new
/// subscription does not list becomes TASK_DROPPED.
/// </summary>
internal sealed class UpdateQueue(NodeAgentEdges edges, NodeAgentOptions options)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ResendInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A Mesos agent answers 202 to an update of a task that it does not know, or that has ended for it, and never acknowledges it.
    /// An update that was taken so often in one subscription is such a one: nobody waits for it.
    /// </summary>
    private const int MaxTaken = 6;

    private static readonly TaskState[] Terminal =
        [TaskState.TaskFinished, TaskState.TaskFailed, TaskState.TaskKilled, TaskState.TaskError, TaskState.TaskDropped];

    /// <summary>Tasks whose end is remembered, to know a late LAUNCH or KILL from one of a task that never came here.</summary>
    private const int RememberedEnds = 1000;

    private readonly ILogger _log = edges.Logs.CreateLogger<UpdateQueue>();
    private readonly Signal _work = new(edges.Time);
    private readonly List<Pending> _pending = [];
    private readonly Dictionary<string, TaskInfo> _unacknowledgedTasks = [];
    private readonly Dictionary<string, TaskUpdate> _ends = [];
    private readonly Queue<string> _endsInOrder = new();
    private TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _subscribed;

    public void Launched(TaskInfo task) => _unacknowledgedTasks[task.TaskId.Value] = task;

    /// <summary>What was told as the end of a task that was launched here; null where it has none, or one long ago.</summary>
    public TaskUpdate? EndOf(string taskId) => _ends.GetValueOrDefault(taskId);

    /// <summary>Somebody waits: what is still to be told of the task is sent again at once. False where there is nothing.</summary>
    public bool Hasten(string taskId)
    {
        if (_pending.Find(p => p.Status.TaskId.Value == taskId) is not { } head)
            return false;
        (head.SentAt, head.Taken) = (null, 0);
        _work.Set();
        return true;
    }

    public void Enqueue(TaskUpdate update)
    {
        if (!update.OnlyOnce && Terminal.Contains(update.State))
            Remember(update);
        var uuid = new byte[16];
        edges.Random.NextBytes(uuid);
        var now = edges.Time.GetUtcNow();
        var status = new TaskStatus
        {
            TaskId = new TaskID { Value = update.TaskId },
            State = update.State,
            Source = TaskStatus.Types.Source.Executor,
            ExecutorId = new ExecutorID { Value = options.ExecutorId },
            Timestamp = (now - DateTimeOffset.UnixEpoch).TotalSeconds,
            Uuid = ByteString.CopyFrom(uuid),
        };
        if (update.Message is { Length: > 0 } message)
            status.Message = message;
        if (update.Reason is { } reason)
            status.Reason = reason;
        if (update.Data is { } data)
            status.Data = ByteString.CopyFrom(data);
        _pending.Add(new Pending(status, update.OnlyOnce));
        Log.Update(_log, update.TaskId, update.State, update.Message ?? "");
        _work.Set();
    }

    /// <summary>What SUBSCRIBE tells the agent; what is listed there counts as sent.</summary>
    public Call.Types.Subscribe Unacknowledged()
    {
        var now = edges.Time.GetTimestamp();
        var subscribe = new Call.Types.Subscribe();
        subscribe.UnacknowledgedTasks.AddRange(_unacknowledgedTasks.Values);
        foreach (var pending in _pending.Where(p => !p.OnlyOnce))
        {
            pending.SentAt = now;
            subscribe.UnacknowledgedUpdates.Add(new Call.Types.Update { Status = pending.Status });
        }
        return subscribe;
    }

    public void Subscribed()
    {
        _subscribed = true;
        _work.Set();
    }

    public void Disconnected()
    {
        _subscribed = false;
        // An acknowledgement may have been lost with the stream; the agent repeats it for what the next subscription lists.
        foreach (var pending in _pending)
            pending.Taken = 0;
    }

    public void Acknowledged(string taskId, ByteString uuid)
    {
        if (_pending.RemoveAll(p => p.Status.TaskId.Value == taskId && p.Status.Uuid == uuid) == 0)
            return; // An acknowledgement can come twice.
        _unacknowledgedTasks.Remove(taskId);
        TellIfEmpty();
        _work.Set();
    }

    /// <summary>Ends when every update has been acknowledged.</summary>
    public Task EmptyAsync()
    {
        _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TellIfEmpty();
        return _empty.Task.OnLoop();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            GiveUpOnUnknown();
            if (NextToSend() is { } next)
            {
                if (!await TrySendAsync(next, cancellation))
                    await Task.Delay(RetryInterval, edges.Time, cancellation);
                continue;
            }
            await _work.WaitAsync(UntilResend(), cancellation);
        }
    }

    private void Remember(TaskUpdate end)
    {
        if (!_ends.TryAdd(end.TaskId, end))
            return; // What was told first is how it ended.
        _endsInOrder.Enqueue(end.TaskId);
        if (_endsInOrder.Count > RememberedEnds)
            _ends.Remove(_endsInOrder.Dequeue());
    }

    /// <summary>The oldest update of each task is the only one in flight.</summary>
    private IEnumerable<Pending> Heads() => _pending.DistinctBy(p => p.Status.TaskId.Value);

    private void GiveUpOnUnknown()
    {
        foreach (var head in Heads().Where(p => p.Taken >= MaxTaken && IsDue(p)).ToList())
        {
            Log.UpdateGivenUp(_log, head.Status.TaskId.Value, head.Status.State, head.Taken);
            Drop(head);
        }
    }

    /// <summary>Its acknowledgement will never come. With the end of a task, the next subscription does not list the task either.</summary>
    private void Drop(Pending pending)
    {
        _pending.Remove(pending);
        var id = pending.Status.TaskId.Value;
        if (!pending.OnlyOnce && Terminal.Contains(pending.Status.State) && !IsOnItsWay(id))
            _unacknowledgedTasks.Remove(id);
        TellIfEmpty();
    }

    private bool IsOnItsWay(string taskId) => _pending.Exists(p => !p.OnlyOnce && p.Status.TaskId.Value == taskId);

    private bool IsDue(Pending pending) =>
        pending.SentAt is not { } sent || edges.Time.GetElapsedTime(sent) >= ResendInterval;

    private Pending? NextToSend() => !_subscribed
        ? null
        : Heads().FirstOrDefault(IsDue);

    private TimeSpan? UntilResend()
    {
        if (!_subscribed || _pending.Count == 0)
            return null;
        var oldest = Heads().Max(p => p.SentAt is { } sent ? edges.Time.GetElapsedTime(sent) : TimeSpan.Zero);
        return ResendInterval - oldest is { Ticks: > 0 } left ? left : TimeSpan.Zero;
    }

    private async Task<bool> TrySendAsync(Pending pending, CancellationToken cancellation)
    {
        try
        {
            var call = new Call
            {
                Type = Call.Types.Type.Update,
                FrameworkId = new FrameworkID { Value = options.FrameworkId },
                ExecutorId = new ExecutorID { Value = options.ExecutorId },
                Update = new Call.Types.Update { Status = pending.Status },
            };
            await edges.Mesos.SendAsync(call, cancellation);
            pending.SentAt = edges.Time.GetTimestamp();
            pending.Taken++;
            if (pending.OnlyOnce && _pending.Remove(pending))
                TellIfEmpty();
            return true;
        }
        catch (MesosException e) when (e.StatusCode is >= 400 and < 500 and not 403)
        {
            // The agent calls the update itself wrong: again would be wrong again, and would hold up those that follow.
            Log.UpdateRefused(_log, pending.Status.TaskId.Value, pending.Status.State, e.Message);
            Drop(pending);
            return true;
        }
        catch (MesosException e)
        {
            Log.UpdateNotSent(_log, pending.Status.TaskId.Value, pending.Status.State, e.Message);
            return false;
        }
    }

    private void TellIfEmpty()
    {
        if (_pending.Count == 0)
            _empty.TrySetResult();
    }

    private sealed class Pending(TaskStatus status, bool onlyOnce)
    {
        public TaskStatus Status { get; } = status;
        public bool OnlyOnce { get; } = onlyOnce;
        public long? SentAt { get; set; }
        /// <summary>How often the agent took it, since the subscription began, without acknowledging it.</summary>
        public int Taken { get; set; }
    }
}

/// <summary>One thing to tell of a task.</summary>
internal sealed record TaskUpdate(string TaskId, TaskState State)
{
    public string? Message { get; init; }
    public TaskStatus.Types.Reason? Reason { get; init; }
    /// <summary>The pod's status, as JSON.</summary>
    public byte[]? Data { get; init; }
    /// <summary>Of a task that the agent may not know: no acknowledgement comes for such, so none is waited for.</summary>
    public bool OnlyOnce { get; init; }
}
