using Loops;
using Model.Assignments;

namespace Reconciler.Scheduling;

/// <summary>One KILL. The agent's id must be the right one: with a wrong one Mesos does nothing, and says nothing.</summary>
public sealed record Kill(string TaskId, string AgentId, int? GracePeriodSeconds)
{
    public static Kill Of(Assignment pod) => new(pod.TaskId, pod.AgentId, pod.Spec.TerminationGracePeriodSeconds);
}

/// <summary>Tasks that are to end: KILL can be lost, so it is repeated until the end is seen.</summary>
public sealed class KillQueue(TimeProvider time)
{
    private static readonly Backoff Patience = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));

    private readonly DelayQueue<string> _due = new();
    private readonly Dictionary<string, (Kill Kill, int Tries)> _kills = [];

    public DateTimeOffset? NextDue => _due.NextDue;

    public void Want(Kill kill)
    {
        if (_kills.TryAdd(kill.TaskId, (kill, 0)))
            _due.Set(kill.TaskId, time.GetUtcNow());
    }

    public void Ended(string taskId)
    {
        _kills.Remove(taskId);
        _due.Remove(taskId);
    }

    /// <summary>What to kill now; each is killed again unless it has ended.</summary>
    public IReadOnlyList<Kill> TakeDue()
    {
        var now = time.GetUtcNow();
        var kills = new List<Kill>();
        foreach (var taskId in _due.TakeDue(now))
        {
            var (kill, tries) = _kills[taskId];
            _kills[taskId] = (kill, tries + 1);
            _due.Set(taskId, now + Patience.Delay(tries));
            kills.Add(kill);
        }
        return kills;
    }
}
