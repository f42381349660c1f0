namespace Testing;

/// <summary>Waits for conditions with a deadline; the only place in the tests that lets wall time pass.</summary>
public static class Eventually
{
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Tries until the condition holds; throws <see cref="TimeoutException"/> with what was awaited and the last failure.</summary>
    public static Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? deadline = null) =>
        GetAsync(what, async () => await condition() ? new object() : null, deadline);

    public static Task TrueAsync(string what, Func<bool> condition, TimeSpan? deadline = null) =>
        TrueAsync(what, () => Task.FromResult(condition()), deadline);

    /// <summary>Tries until the value is not null. Exceptions of the probe count as "not yet".</summary>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> probe, TimeSpan? deadline = null)
        where T : class
    {
        var limit = deadline ?? DefaultDeadline;
        var start = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        do
        {
            try
            {
                if (await probe() is { } value)
                    return value;
                last = null;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                last = e;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        while (TimeProvider.System.GetElapsedTime(start) < limit);
        throw new TimeoutException($"not within {limit.TotalSeconds:0.#} s: {what}", last);
    }
}
