namespace Etcd;

/// <summary>
/// Holds one lease: renews it at a third of its TTL and knows, by its own monotonic clock, for how long it surely still holds.
/// What an election and a node's heartbeat stand on. Loop code: it stays on its caller's context and takes time from the provider.
/// </summary>
public sealed class LeaseKeeper
{
    private readonly IEtcd _etcd;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A timestamp of <see cref="_time"/>; the lease is held before it. <see cref="long.MinValue"/>: given up.</summary>
    private long _heldUntil;

    private LeaseKeeper(IEtcd etcd, LeaseGrant lease, TimeProvider time, long askedAt)
    {
        _etcd = etcd;
        _time = time;
        LeaseId = lease.Id;
        Ttl = lease.Ttl;
        Extend(askedAt, lease.Ttl);
    }

    public long LeaseId { get; }

    /// <summary>As granted: at least what was asked for.</summary>
    public TimeSpan Ttl { get; }

    /// <summary>Completes when the lease is lost; never when it was ended in order, and never with a fault.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Grants a lease. It is kept only once <see cref="RunAsync"/> runs. Errors: as <see cref="IEtcd.GrantLeaseAsync"/>.</summary>
    public static async Task<LeaseKeeper> GrantAsync(IEtcd etcd, TimeSpan ttl, TimeProvider time, CancellationToken cancellation = default)
    {
        var askedAt = time.GetTimestamp();
        var lease = await etcd.GrantLeaseAsync(ttl, cancellation);
        return new LeaseKeeper(etcd, lease, time, askedAt);
    }

    /// <summary>
    /// Whether the lease holds for at least <paramref name="margin"/> more. Counted from before the last renewal was sent: etcd
    /// counts from when it came, so this side always gives up first. The margin is for what is under way, and for clocks that drift.
    /// </summary>
    public bool IsHeld(TimeSpan margin) => Remaining > margin;

    /// <summary>
    /// Renews until <paramref name="stop"/> is cancelled, then revokes the lease and returns.
    /// Throws <see cref="LeaseLostException"/> when the lease is lost, and <see cref="EtcdException"/> when the revocation at the
    /// end had no answer: the lease then ends by itself after its TTL.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await RenewForeverAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            GiveUp();
            await _etcd.RevokeLeaseAsync(LeaseId, CancellationToken.None);
        }
    }

    private TimeSpan Remaining
    {
        get
        {
            var until = Volatile.Read(ref _heldUntil);
            return until == long.MinValue ? TimeSpan.Zero : _time.GetElapsedTime(_time.GetTimestamp(), until);
        }
    }

    private async Task RenewForeverAsync(CancellationToken stop)
    {
        var wait = Ttl / 3;
        EtcdException? lastFault = null;
        while (true)
        {
            // Never past the end: whoever waits for Lost must hear of it on time.
            await Task.Delay(wait < Remaining ? wait : Max(Remaining, TimeSpan.Zero), _time, stop);
            ThrowIfOver(lastFault);
            try
            {
                await RenewAsync(stop);
                lastFault = null;
                wait = Ttl / 3;
            }
            catch (EtcdException e) when (e is not LeaseLostException)
            {
                // Unavailable, most likely. There is time for several tries before the TTL has passed.
                lastFault = e;
                wait = Ttl / 15;
            }
        }
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        var askedAt = _time.GetTimestamp();
        // One try must not use up the time of the next.
        using var patience = new CancellationTokenSource(Max(TimeSpan.FromMilliseconds(1), Min(Ttl / 3, Remaining)), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        TimeSpan left;
        try
        {
            left = await _etcd.KeepLeaseAliveAsync(LeaseId, either.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new EtcdUnavailableException("the lease's renewal had no answer in time", e);
        }
        if (left <= TimeSpan.Zero)
            throw Lose("etcd no longer knows the lease", null);
        // An answer that came too late changes nothing: others may have acted on our silence already.
        ThrowIfOver(null);
        Extend(askedAt, left);
    }

    private void ThrowIfOver(EtcdException? lastFault)
    {
        if (Remaining <= TimeSpan.Zero)
            throw Lose($"the lease was not renewed within its TTL of {Ttl.TotalSeconds:0.###} s", lastFault);
    }

    private LeaseLostException Lose(string why, EtcdException? lastFault)
    {
        GiveUp();
        _lost.TrySetResult();
        return new LeaseLostException($"{why} (lease {LeaseId:x})", lastFault);
    }

    private void GiveUp() => Volatile.Write(ref _heldUntil, long.MinValue);

    private void Extend(long from, TimeSpan ttl) =>
        Volatile.Write(ref _heldUntil, from + (long)(ttl.TotalSeconds * _time.TimestampFrequency));

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
