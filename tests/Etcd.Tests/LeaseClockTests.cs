using Testing;

namespace Etcd.Tests;

/// <summary>The keeper's own clock: with time and a store that do as told.</summary>
public sealed class LeaseClockTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private readonly ManualClock _clock = new();
    private readonly LeaseStore _store = new();

    [Fact]
    public async Task The_lease_is_counted_from_before_it_was_asked_for()
    {
        _store.OnGrant = () => _clock.Advance(TimeSpan.FromMinutes(20));

        var keeper = await LeaseKeeper.GrantAsync(_store, Ttl, _clock);

        keeper.IsHeld(TimeSpan.FromMinutes(9)).Should().BeTrue();
        keeper.IsHeld(TimeSpan.FromMinutes(10)).Should().BeFalse("20 of its 30 minutes passed before the answer came");
    }

    [Fact]
    public async Task A_renewal_is_counted_from_before_it_was_sent()
    {
        using var stop = new CancellationTokenSource();
        _store.OnKeepAlive = () =>
        {
            _clock.Advance(TimeSpan.FromMinutes(9));
            return Ttl;
        };
        var keeper = await LeaseKeeper.GrantAsync(_store, Ttl, _clock);
        var running = keeper.RunAsync(stop.Token);

        _clock.Advance(Ttl / 3);
        await RenewalsAsync(1);

        keeper.IsHeld(TimeSpan.FromMinutes(20)).Should().BeTrue();
        keeper.IsHeld(TimeSpan.FromMinutes(21)).Should().BeFalse("9 of its 30 minutes passed before the answer came");
        await stop.CancelAsync();
        await running;
        _store.Revocations.Should().Be(1);
    }

    [Fact]
    public async Task A_process_that_slept_past_the_TTL_gives_up_and_does_not_ask()
    {
        var keeper = await LeaseKeeper.GrantAsync(_store, Ttl, _clock);
        var running = keeper.RunAsync(CancellationToken.None);

        _clock.Advance(Ttl);

        keeper.IsHeld(TimeSpan.Zero).Should().BeFalse();
        await running.Invoking(r => r).Should().ThrowAsync<LeaseLostException>();
        _store.Renewals.Should().Be(0);
    }

    [Fact]
    public async Task A_success_that_comes_too_late_does_not_bring_the_lease_back()
    {
        _store.OnKeepAlive = () =>
        {
            _clock.Advance(Ttl);
            return TimeSpan.FromHours(5);
        };
        var keeper = await LeaseKeeper.GrantAsync(_store, Ttl, _clock);
        var running = keeper.RunAsync(CancellationToken.None);

        _clock.Advance(Ttl / 3);

        await running.Invoking(r => r).Should().ThrowAsync<LeaseLostException>();
        keeper.IsHeld(TimeSpan.Zero).Should().BeFalse();
    }

    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_and_again_until_the_TTL_has_passed()
    {
        _store.OnKeepAlive = () => throw new EtcdUnavailableException("away");
        var keeper = await LeaseKeeper.GrantAsync(_store, Ttl, _clock);
        var running = keeper.RunAsync(CancellationToken.None);

        _clock.Advance(Ttl / 3);
        for (var tries = 1; tries <= 9; tries++)
        {
            await RenewalsAsync(tries);
            _clock.Advance(Ttl / 15);
        }
        await RenewalsAsync(10);
        keeper.IsHeld(TimeSpan.Zero).Should().BeTrue();
        _clock.Advance(Ttl / 15);

        var lost = await running.Invoking(r => r).Should().ThrowAsync<LeaseLostException>();
        lost.WithInnerException<EtcdUnavailableException>();
        _store.Renewals.Should().Be(10);
        await keeper.Lost;
    }

    [Fact]
    public async Task A_renewal_that_hangs_does_not_use_up_the_time_of_the_next()
    {
        using var stop = new CancellationTokenSource();
        _store.HangsFor = 1;
        var keeper = await LeaseKeeper.GrantAsync(_store, Ttl, _clock);
        var running = keeper.RunAsync(stop.Token);

        _clock.Advance(Ttl / 3);
        await Eventually.TrueAsync("it asks", () => _store.Renewals == 1);
        _clock.Advance(Ttl / 3);
        await Eventually.TrueAsync("it waits to ask again", () => _clock.Waits == 3);
        _clock.Advance(Ttl / 15);
        await RenewalsAsync(2);

        keeper.IsHeld(Ttl * 0.99).Should().BeTrue();
        await stop.CancelAsync();
        await running;
    }

    /// <summary>
    /// Until so many renewals have ended and the keeper waits for the next: each is a wait before it and one for its answer.
    /// </summary>
    private Task RenewalsAsync(int count) =>
        Eventually.TrueAsync($"{count} renewals", () => _store.Renewals == count && _clock.Waits == 2 * count + 1);

    private sealed class LeaseStore : IEtcd
    {
        public Action OnGrant { get; set; } = () => { };
        public Func<TimeSpan> OnKeepAlive { get; set; } = () => Ttl;
        /// <summary>So many renewals have no answer.</summary>
        public int HangsFor { get; set; }
        public int Renewals { get; private set; }
        public int Revocations { get; private set; }

        public Task<LeaseGrant> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellation = default)
        {
            OnGrant();
            return Task.FromResult(new LeaseGrant(1, ttl));
        }

        public async Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellation = default)
        {
            Renewals++;
            if (Renewals <= HangsFor)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return OnKeepAlive();
        }

        public Task RevokeLeaseAsync(long leaseId, CancellationToken cancellation = default)
        {
            Revocations++;
            return Task.CompletedTask;
        }

        public Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default) => throw new NotSupportedException();
        public Task<TxnResult> TxnAsync(Txn txn, CancellationToken cancellation = default) => throw new NotSupportedException();
        public IAsyncEnumerable<WatchBatch> WatchAsync(WatchQuery query, CancellationToken cancellation = default) => throw new NotSupportedException();
        public Task CompactAsync(long revision, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
