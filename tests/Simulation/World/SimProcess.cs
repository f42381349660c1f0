namespace Simulation.World;

/// <summary>
/// One process: the context on which its loop runs, its clock and its timers. Killed, it never runs another step, not even a
/// finally; stopped (SIGSTOP), its steps wait until it is continued.
/// </summary>
public sealed class SimProcess : SynchronizationContext
{
    private readonly LinkedList<(SendOrPostCallback Callback, object? State)> _steps = new();
    private readonly List<(SendOrPostCallback Callback, object? State)> _whileStopped = [];
    private readonly SimWorld _world;
    private bool _stopped;
    private bool _inReady;
    private long _second;
    private int _stepsThisSecond;
    private SimEvent? _held;

    public SimProcess(SimWorld world, string name)
    {
        _world = world;
        Name = name;
        Time = new SimTime(world, this);
        Random = world.RandomFor($"process {name}");
    }

    public string Name { get; }
    public TimeProvider Time { get; }
    public Random Random { get; }
    public SimWorld World => _world;
    public bool IsAlive { get; private set; } = true;
    public bool IsRunning => IsAlive && !_stopped;
    /// <summary>What the main function came to; null while it runs.</summary>
    public string? Ended { get; private set; }
    public Exception? Failure { get; private set; }

    /// <summary>However it ends: connections break, locks are freed.</summary>
    public event Action? Died;

    /// <summary>Runs the process' main function; its end is the end of the process.</summary>
    public void Start(Func<Task<string>> main) => Post(_ => _ = RunAsync(main), null);

    public void Kill(string why)
    {
        if (!IsAlive)
            return;
        _world.Log(Name, $"dies: {why}");
        IsAlive = false;
        _steps.Clear();
        UpdateReady();
        Died?.Invoke();
    }

    public void Stop()
    {
        _world.Log(Name, "is stopped");
        _stopped = true;
        UpdateReady();
    }

    /// <summary>What came meanwhile comes now, in any order: timers, answers and events wait in different places.</summary>
    public void Continue()
    {
        _world.Log(Name, "goes on");
        _stopped = false;
        while (_whileStopped.Count > 0)
        {
            var next = _world.Draw(_whileStopped.Count);
            _steps.AddLast(_whileStopped[next]);
            _whileStopped.RemoveAt(next);
        }
        UpdateReady();
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!_world.IsHere(Name) || !IsAlive)
            return;
        if (_stopped)
            _whileStopped.Add((d, state));
        else
            _steps.AddLast((d, state));
        UpdateReady();
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("a loop is not called into; post to it");

    public override SynchronizationContext CreateCopy() => this;

    internal void RunStep()
    {
        var (callback, state) = _steps.First!.Value;
        _steps.RemoveFirst();
        CountStep();
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        catch (Exception e) when (e is not SimulationException)
        {
            throw new SimulationException($"{Name}: a callback threw, which ends a real process", e);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
        UpdateReady();
    }

    internal void HoldFor(TimeSpan time)
    {
        if (!IsAlive || _held is not null)
            return;
        _held = _world.After(time, () =>
        {
            _held = null;
            UpdateReady();
        });
        UpdateReady();
    }

    private async Task RunAsync(Func<Task<string>> main)
    {
        try
        {
            Ended = await main();
        }
        catch (SimulationException)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever ends a process is kept for the checks, which judge it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failure = e;
            Ended = $"{e.GetType().Name}: {e.Message}";
        }
        Kill($"ended by itself: {Ended}");
    }

    private void CountStep()
    {
        var second = (long)_world.Elapsed.TotalSeconds;
        if (second != _second)
            (_second, _stepsThisSecond) = (second, 0);
        if (++_stepsThisSecond > SimWorld.MaxStepsASecond)
            throw new SimulationException($"{Name} took {_stepsThisSecond} steps within a second: a busy loop");
    }

    private void UpdateReady()
    {
        var ready = IsRunning && _held is null && _steps.Count > 0;
        if (ready == _inReady)
            return;
        _inReady = ready;
        if (ready)
            _world.MarkReady(this);
        else
            _world.MarkIdle(this);
    }
}
