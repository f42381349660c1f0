using System.Text;
using Etcd;

namespace Reconciler.Control;

/// <summary>
/// The leader key, held under a lease: created by whoever finds it absent, gone with the lease. Its create revision is the fence
/// of every write while it lasts. Disposing hands over: the lease is revoked, and the key goes at once.
/// </summary>
public sealed class Leadership : IAsyncDisposable
{
    /// <summary>For a call that is on its way, and for clocks that drift.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);

    private readonly LeaseKeeper _lease;
    private readonly CancellationTokenSource _stop = new();

    private Leadership(LeaseKeeper lease)
    {
        _lease = lease;
        Held = lease.RunAsync(_stop.Token);
    }

    /// <summary>The create revision of the leader key; 0 while it is not won.</summary>
    public long Revision { get; private set; }

    /// <summary>Whether this process may still speak to Mesos in the framework's name, by its own clock.</summary>
    public bool MayAct => Revision != 0 && _lease.IsHeld(Margin);

    /// <summary>Ends, with an exception, when the lease is lost.</summary>
    public Task Held { get; }

    /// <summary>Waits until this process leads. <paramref name="standby"/> hears who leads meanwhile.</summary>
    public static async Task<Leadership> CampaignAsync(
        IEtcd etcd, string leaderKey, string identity, TimeSpan ttl, TimeProvider time, Action<string> standby, CancellationToken cancellation)
    {
        while (true)
        {
            var candidate = new Leadership(await LeaseKeeper.GrantAsync(etcd, ttl, time, cancellation));
            try
            {
                while (!candidate.Held.IsCompleted)
                {
                    var tried = await candidate.TryAsync(etcd, leaderKey, identity, cancellation);
                    if (candidate.Revision != 0)
                        return candidate;
                    if (tried.Responses is [{ KeyValues: [var present, ..] }, ..])
                        standby(Encoding.UTF8.GetString(present.Value.Span));
                    await candidate.UntilDeletedAsync(etcd, leaderKey, tried.Revision + 1, cancellation);
                }
            }
            catch (EtcdCompactedException)
            {
                // The revision to watch from is gone: look again at what is there now.
            }
            catch (Exception)
            {
                await candidate.DisposeAsync();
                throw;
            }
            await candidate.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        try
        {
            await Held;
        }
        catch (EtcdException)
        {
            // Lost already, or the revocation had no answer: the lease ends by itself.
        }
        _stop.Dispose();
    }

    private async Task<TxnResult> TryAsync(IEtcd etcd, string leaderKey, string identity, CancellationToken cancellation)
    {
        var result = await etcd.TxnAsync(
            new Txn
            {
                If = [Compare.Absent(leaderKey)],
                Then = [Op.Put(leaderKey, Encoding.UTF8.GetBytes(identity), _lease.LeaseId)],
                Else = [Op.Get(leaderKey)],
            },
            cancellation);
        if (result.Succeeded)
            Revision = result.Revision;
        // A put whose reply was lost is ours all the same: the lease on it says so.
        else if (result.Responses is [{ KeyValues: [var present, ..] }, ..] && present.LeaseId == _lease.LeaseId)
            Revision = present.CreateRevision;
        return result;
    }

    private async Task UntilDeletedAsync(IEtcd etcd, string key, long fromRevision, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var deleted = WatchAsync();
        await Task.WhenAny(deleted, Held);
        ending.Cancel();
        try
        {
            await deleted;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The lease ended first; the caller sees that.
        }

        async Task WatchAsync()
        {
            await foreach (var batch in etcd.WatchAsync(new WatchQuery { Key = key, StartRevision = fromRevision }, ending.Token))
            {
                if (batch.Events.Any(e => e.Kind == WatchEventKind.Delete))
                    return;
            }
        }
    }
}
