namespace LocalMesos.Core;

/// <summary>What is due later. Equal times run in the order in which they were set: a run can be repeated exactly.</summary>
internal sealed class Timers
{
    private readonly SortedDictionary<(DateTimeOffset Due, long Number), Action> timers = [];
    private long last;

    public DateTimeOffset? Next
    {
        get
        {
            foreach (var key in timers.Keys)
                return key.Due;
            return null;
        }
    }

    public Timer Start(DateTimeOffset due, Action action)
    {
        var timer = new Timer(due, ++last);
        timers.Add((due, timer.Number), action);
        return timer;
    }

    public void Cancel(Timer? timer)
    {
        if (timer is not null)
            timers.Remove((timer.Due, timer.Number));
    }

    public void Run(DateTimeOffset now)
    {
        while (timers.Count > 0)
        {
            var (key, action) = timers.First();
            if (key.Due > now)
                return;
            timers.Remove(key);
            action();
        }
    }

    internal sealed record Timer(DateTimeOffset Due, long Number);
}
