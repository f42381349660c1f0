using System.Runtime.CompilerServices;
using Testing;

namespace Mesos.Tests;

/// <summary>What happens on one subscription: events, pauses, and an end.</summary>
internal sealed class Script<TEvent>
{
    private readonly List<Func<TimeProvider, CancellationToken, Task<TEvent?>>> steps = [];

    public Script<TEvent> Then(TEvent received) => Add((_, _) => Task.FromResult<TEvent?>(received));

    public Script<TEvent> Wait(double seconds) => Add(async (time, cancellation) =>
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellation);
        return default;
    });

    public Script<TEvent> Fail(string why, int? status = null) =>
        Add((_, _) => throw (status is { } code ? new MesosException(why, code) : new MesosException(why)));

    /// <summary>Neither event nor end comes any more.</summary>
    public Script<TEvent> Hang() => Add(async (time, cancellation) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        return default;
    });

    public async IAsyncEnumerable<TEvent> PlayAsync(TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var step in steps)
        {
            if (await step(time, cancellation) is { } received)
                yield return received;
        }
    }

    private Script<TEvent> Add(Func<TimeProvider, CancellationToken, Task<TEvent?>> step)
    {
        steps.Add(step);
        return this;
    }
}

/// <summary>Plays one script a subscription, the last one for ever; counts what is open.</summary>
internal sealed class Scripted<TEvent>(ManualTimeProvider clock, Script<TEvent>[] scripts)
{
    public List<TimeSpan> Subscribed { get; } = [];

    public int Open { get; private set; }

    public async IAsyncEnumerable<TEvent> PlayAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Open.Should().Be(0, "the one before must have ended before the next is asked for");
        var script = scripts[Math.Min(Subscribed.Count, scripts.Length - 1)];
        Subscribed.Add(clock.Elapsed);
        Open++;
        try
        {
            await foreach (var received in script.PlayAsync(clock, cancellation))
                yield return received;
        }
        finally
        {
            Open--;
        }
    }
}
