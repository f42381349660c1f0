namespace Simulation.World;

/// <summary>The world's clock as one process has it: a timer that is due becomes a step of that process.</summary>
public sealed class SimTime(SimWorld world, SimProcess process) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => world.Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => world.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(world, process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimWorld world, SimProcess process, TimerCallback callback, object? state) : ITimer
    {
        private SimEvent? _next;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (!world.IsHere(process.Name))
                return false;
            _next?.Cancel();
            _next = null;
            _period = period;
            // Real timers count in whole milliseconds and never come early.
            if (dueTime >= TimeSpan.Zero)
                Schedule(TimeSpan.FromMilliseconds(Math.Ceiling(dueTime.TotalMilliseconds)));
            return true;
        }

        public void Dispose()
        {
            _next?.Cancel();
            _next = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Schedule(TimeSpan dueTime)
        {
            SimEvent? mine = null;
            mine = world.After(dueTime, () => process.Post(_ => Fire(mine!), null));
            _next = mine;
        }

        private void Fire(SimEvent due)
        {
            // Between being due and being run it may have been disposed or set anew.
            if (_next != due)
                return;
            _next = null;
            if (_period > TimeSpan.Zero)
                Schedule(_period);
            callback(state);
        }
    }
}
