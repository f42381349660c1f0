using System.Text;

namespace Simulation.World;

/// <summary>
/// All there is, in one thread: a clock, what is due at which time, and the processes with what they are ready to do. One seed
/// decides who goes next, so one seed replays everything.
/// </summary>
public sealed class SimWorld
{
    /// <summary>More steps of one process than this in a second is a loop that never rests.</summary>
    internal const int MaxStepsASecond = 3000;

    private static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<SimEvent, (long Ticks, long Sequence)> _due = new();
    private readonly List<SimProcess> _ready = [];
    private readonly Random _schedule;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _escapes = new();
    private long _sequence;
    private string? _failure;

    /// <param name="keepLines">How much of the story is kept to be told.</param>
    public SimWorld(int seed, int keepLines = 300)
    {
        Seed = seed;
        Trace = new Trace(keepLines);
        _schedule = RandomFor("schedule");
    }

    public int Seed { get; }
    public Trace Trace { get; }
    public TimeSpan Elapsed { get; private set; }
    public DateTimeOffset Now => Epoch + Elapsed;
    public long Steps { get; private set; }

    /// <summary>Who finds a rule broken says so here; the run ends after this step, whoever may have caught what in between.</summary>
    public void Fail(string rule, string what) => _failure ??= $"{rule}: {what}";

    /// <summary>A stream of its own for each use, so that one more use does not shift all the others.</summary>
    public Random RandomFor(string use)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes($"{Seed}/{use}"))
            hash = (hash ^ b) * 16777619u;
        return new Random((int)hash);
    }

    public void Log(string who, string what) => Trace.Add(Elapsed, who, what);

    /// <summary>Something outside all processes: the network, a server, the script of the scenario.</summary>
    public SimEvent After(TimeSpan delay, Action action)
    {
        var due = new SimEvent(action);
        _due.Enqueue(due, ((Elapsed + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay)).Ticks, _sequence++));
        return due;
    }

    /// <summary>Runs one step; moves the clock where nothing is ready. False: nothing will ever happen again.</summary>
    public bool Step()
    {
        while (true)
        {
            if (_due.TryPeek(out var next, out var at) && next.IsCancelled)
            {
                _due.Dequeue();
                continue;
            }
            if (next is not null && at.Ticks <= Elapsed.Ticks)
            {
                _due.Dequeue();
                next.Run();
                Settle();
                return true;
            }
            if (_ready.Count > 0)
            {
                RunOneOf(_ready);
                Settle();
                return true;
            }
            if (next is null)
                return false;
            Elapsed = TimeSpan.FromTicks(at.Ticks);
        }
    }

    public void RunFor(TimeSpan span)
    {
        var over = false;
        After(span, () => over = true);
        while (!over && Step())
        {
        }
    }

    /// <summary>False: not within that time.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        var over = false;
        var end = After(atMost, () => over = true);
        while (!over)
        {
            if (condition())
            {
                end.Cancel();
                return true;
            }
            Step();
        }
        return condition();
    }

    /// <summary>Whoever comes here on another thread has left the simulation, and nothing replays any more.</summary>
    internal bool IsHere(string who)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            return true;
        _escapes.Enqueue($"{who} went on on another thread (thread pool):\n{Environment.StackTrace}");
        return false;
    }

    /// <summary>Which of so many comes next.</summary>
    internal int Draw(int count) => _schedule.Next(count);

    internal void MarkReady(SimProcess process) => _ready.Add(process);

    internal void MarkIdle(SimProcess process) => _ready.Remove(process);

    private void RunOneOf(List<SimProcess> ready)
    {
        var process = ready[_schedule.Next(ready.Count)];
        process.RunStep();
        // A real machine is not always quick: now and then another process gets far ahead.
        if (_schedule.Next(24) == 0)
            process.HoldFor(TimeSpan.FromMilliseconds(_schedule.NextDouble() * 8));
    }

    private void Settle()
    {
        Steps++;
        if (_escapes.TryDequeue(out var escape))
            throw new SimulationException(escape);
        if (_failure is not null)
            throw new SimulationException(_failure);
    }
}

/// <summary>Something that is due at a time, until it is cancelled.</summary>
public sealed class SimEvent(Action action)
{
    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;

    internal void Run()
    {
        IsCancelled = true;
        action();
    }
}
