using Loops;

namespace Reconciler.Scheduling;

/// <summary>
/// Which tasks Mesos still owes an answer: asked after at once, then with growing patience until each has had its answer. When
/// all have, and every quarter of an hour, Mesos is asked for all tasks that it knows.
/// </summary>
public sealed class Reconciliation(TimeProvider time, Random random)
{
    private static readonly TimeSpan ImplicitInterval = TimeSpan.FromMinutes(15);
    private static readonly Backoff Patience = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    private readonly DelayQueue<string> _due = new();
    private readonly Dictionary<string, (string AgentId, int Tries)> _owed = [];
    private DateTimeOffset? _implicitDue;

    public DateTimeOffset? NextDue =>
        _due.NextDue is { } due && (_implicitDue is null || due < _implicitDue) ? due : _implicitDue;

    /// <summary>A new subscription: everything before it is void.</summary>
    public void Restart(IEnumerable<(string TaskId, string AgentId)> tasks)
    {
        Stop();
        foreach (var (taskId, agentId) in tasks)
            Ask(taskId, agentId, TimeSpan.Zero);
        _implicitDue = time.GetUtcNow();
    }

    public void Stop()
    {
        foreach (var taskId in _owed.Keys.ToList())
            Answered(taskId);
        _implicitDue = null;
    }

    /// <summary>An answer is expected, and asked for if none comes within the time.</summary>
    public void Ask(string taskId, string agentId, TimeSpan within)
    {
        _owed[taskId] = (agentId, 0);
        _due.Set(taskId, time.GetUtcNow() + within);
    }

    public void AskUnlessAsked(string taskId, string agentId, TimeSpan within)
    {
        if (!_owed.ContainsKey(taskId))
            Ask(taskId, agentId, within);
    }

    public void Answered(string taskId)
    {
        _owed.Remove(taskId);
        _due.Remove(taskId);
    }

    /// <summary>What to ask for now; each is asked for again unless it is answered.</summary>
    public IReadOnlyList<(string TaskId, string AgentId)> TakeDue()
    {
        var now = time.GetUtcNow();
        var ask = new List<(string, string)>();
        foreach (var taskId in _due.TakeDue(now))
        {
            var (agentId, tries) = _owed[taskId];
            _owed[taskId] = (agentId, tries + 1);
            _due.Set(taskId, now + Patience.Delay(tries, random));
            ask.Add((taskId, agentId));
        }
        return ask;
    }

    /// <summary>Whether it is time to ask for all.</summary>
    public bool TakeImplicitDue()
    {
        var now = time.GetUtcNow();
        if (_implicitDue > now || _implicitDue is null)
            return false;
        _implicitDue = now + ImplicitInterval * (0.9 + 0.2 * random.NextDouble());
        return true;
    }
}
