namespace Mesos.Http;

internal static class Deadline
{
    /// <summary>
    /// Runs an exchange against a deadline, and turns all that can go wrong with a network into <see cref="MesosException"/>.
    /// The caller's own cancellation stays an <see cref="OperationCanceledException"/>.
    /// </summary>
    public static async Task<T> RunAsync<T>(
        string what, TimeSpan limit, Func<CancellationToken, Task<T>> exchange, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            return await exchange(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new MesosException($"{what}: no answer within {limit.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new MesosException($"{what}: {e.GetBaseException().Message}", e);
        }
    }
}
