namespace Testing;

/// <summary>
/// A clock that stands still until it is advanced. Timers fire in order of their due times, then of their making, in the
/// thread that advances, with the clock at the instant for which they were set. For one thread only.
/// </summary>
public sealed class ManualTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly DateTimeOffset start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly SortedSet<ManualTimer> due = new(Comparer<ManualTimer>.Create((a, b) => (a.Due, a.Order).CompareTo((b.Due, b.Order))));
    private long order;

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>When the next timer fires, since the start; null where none is set.</summary>
    public TimeSpan? NextDue => due.Min?.Due;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = Elapsed + by;
        while (due.Min is { } next && next.Due <= until)
        {
            Elapsed = next.Due;
            next.Fire();
        }
        Elapsed = until;
    }

    /// <summary>Goes to the next timer and fires that one alone; false where none is set.</summary>
    public bool AdvanceToNext()
    {
        if (due.Min is not { } next)
            return false;
        Elapsed = next.Due;
        next.Fire();
        return true;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, Action callback) : ITimer
    {
        private TimeSpan period = Timeout.InfiniteTimeSpan;
        private bool disposed;

        public TimeSpan Due { get; private set; }
        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            if (disposed)
                return false;
            clock.due.Remove(this);
            period = newPeriod;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Set(dueTime);
            return true;
        }

        public void Fire()
        {
            clock.due.Remove(this);
            if (period > TimeSpan.Zero)
                Set(period);
            callback();
        }

        public void Dispose()
        {
            disposed = true;
            clock.due.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan dueTime)
        {
            Due = clock.Elapsed + dueTime;
            Order = clock.order++;
            clock.due.Add(this);
        }
    }
}
