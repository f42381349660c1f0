namespace Mesos;

/// <summary>
/// One subscription's events with a watch over their silence. The watch cancels what is awaited and awaits it still, for
/// an iterator whose MoveNextAsync is pending must not be disposed; so nothing is raced and nothing is left behind.
/// </summary>
internal sealed class Subscription<TEvent> : IAsyncDisposable
    where TEvent : class
{
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenSource silent;
    private readonly CancellationTokenSource ending;
    private readonly IAsyncEnumerator<TEvent> events;

    public Subscription(Func<CancellationToken, IAsyncEnumerable<TEvent>> subscribe, TimeProvider time, CancellationToken cancellation)
    {
        this.cancellation = cancellation;
        silent = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silent.Token);
        events = subscribe(ending.Token).GetAsyncEnumerator(ending.Token);
    }

    /// <summary>
    /// The next event, or why there is none any more. Only the caller's own cancellation throws. Time that the caller
    /// takes between two calls is no silence.
    /// </summary>
    public async Task<(TEvent? Event, string? EndReason)> NextAsync(TimeSpan silence)
    {
        silent.CancelAfter(silence);
        try
        {
            return await events.MoveNextAsync() ? (events.Current, null) : (null, "the stream was ended by the other side");
        }
        catch (MesosException e)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, silent.IsCancellationRequested ? $"nothing was heard for {silence.TotalSeconds:0.###} s" : "the connection was closed");
        }
        finally
        {
            silent.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await events.DisposeAsync();
        ending.Dispose();
        silent.Dispose();
    }
}
