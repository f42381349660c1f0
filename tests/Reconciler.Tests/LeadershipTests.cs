using Etcd;
using Reconciler.Control;
using Testing;

namespace Reconciler.Tests;

public sealed class LeadershipTests(EtcdFixture fixture) : EtcdTest(fixture)
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task One_of_two_leads_and_the_other_hears_who_and_takes_over_at_once()
    {
        var heard = new TaskCompletionSource<string>();
        var first = await CampaignAsync("first");
        (await ReadAsync(Keys.Leader)).Should().Be("first");
        first.MayAct.Should().BeTrue();
        var second = CampaignAsync("second", heard.SetResult);
        (await heard.Task).Should().Be("first");
        second.IsCompleted.Should().BeFalse();

        await first.DisposeAsync();
        first.MayAct.Should().BeFalse();
        await using var next = await second.WaitAsync(Eventually.DefaultDeadline);
        (await ReadAsync(Keys.Leader)).Should().Be("second");
        next.Revision.Should().BeGreaterThan(first.Revision);
        next.Revision.Should().Be((await Real.GetAsync(Keys.Leader))!.CreateRevision, "it is the fence of every write");
    }

    [Fact]
    public async Task A_lease_that_was_revoked_is_noticed_and_given_up()
    {
        var leader = await CampaignAsync("first", ttl: TimeSpan.FromSeconds(3));
        await Real.RevokeLeaseAsync((await Real.GetAsync(Keys.Leader))!.LeaseId);
        await leader.Awaiting(l => l.Held.WaitAsync(Eventually.DefaultDeadline)).Should().ThrowAsync<LeaseLostException>();
        leader.MayAct.Should().BeFalse();
        await leader.DisposeAsync();
        await using var again = await CampaignAsync("first");
        again.MayAct.Should().BeTrue();
    }

    [Fact]
    public async Task A_candidate_whose_own_lease_was_revoked_takes_another_and_stays_in_the_race()
    {
        var first = await CampaignAsync("first");
        var heard = new TaskCompletionSource();
        var second = CampaignAsync("second", _ => heard.TrySetResult(), TimeSpan.FromSeconds(3));
        await heard.Task;
        await Real.RevokeLeaseAsync(Etcd.Leases.Last());
        await Eventually.TrueAsync("it takes another lease", () => Etcd.Leases.Count == 3);
        second.IsCompleted.Should().BeFalse();
        await first.DisposeAsync();
        await using var next = await second.WaitAsync(Eventually.DefaultDeadline);
        next.MayAct.Should().BeTrue();
    }

    [Fact]
    public async Task A_put_whose_reply_was_lost_holds_nobody_up()
    {
        Etcd.Once("control/leader", Fault.ReplyLost);
        await this.Awaiting(_ => CampaignAsync("first")).Should().ThrowAsync<EtcdUnavailableException>();
        (await ReadAsync(Keys.Leader)).Should().BeNull("the lease of the failed candidature was revoked, and its key went with it");
        await using var again = await CampaignAsync("first").WaitAsync(Eventually.DefaultDeadline);
        again.MayAct.Should().BeTrue();
    }

    [Fact]
    public async Task A_compaction_while_it_stands_by_is_no_end()
    {
        var first = await CampaignAsync("first");
        var heard = new TaskCompletionSource<string>();
        var second = CampaignAsync("second", name => heard.TrySetResult(name));
        await heard.Task;
        var now = await PutAsync(Keys.Prefix + "/x", "1");
        await Real.CompactAsync(now);
        await first.DisposeAsync();
        await using var next = await second.WaitAsync(Eventually.DefaultDeadline);
        next.MayAct.Should().BeTrue();
    }

    [Fact]
    public async Task Cancelled_while_it_stands_by_it_leaves_nothing()
    {
        await using var first = await CampaignAsync("first");
        using var cancel = new CancellationTokenSource();
        var heard = new TaskCompletionSource();
        var second = Leadership.CampaignAsync(
            Etcd, Keys.Leader, "second", Ttl, TimeProvider.System, _ => heard.TrySetResult(), cancel.Token);
        await heard.Task;
        await cancel.CancelAsync();
        await second.Awaiting(s => s.WaitAsync(Eventually.DefaultDeadline)).Should().ThrowAsync<OperationCanceledException>();
        first.MayAct.Should().BeTrue();
    }

    [Fact]
    public async Task Near_the_end_of_a_lease_that_is_not_renewed_it_does_not_speak_to_mesos_any_more()
    {
        Etcd.KeepAliveFails = true;
        var clock = new ManualTimeProvider();
        var leader = await Leadership.CampaignAsync(Etcd, Keys.Leader, "first", TimeSpan.FromSeconds(60), clock, _ => { }, default);
        clock.Advance(TimeSpan.FromSeconds(59.4));
        leader.MayAct.Should().BeTrue();
        clock.Advance(TimeSpan.FromSeconds(0.2));
        leader.MayAct.Should().BeFalse("a call that is sent now may come when another leads");
        await leader.DisposeAsync();
    }

    private Task<Leadership> CampaignAsync(string identity, Action<string>? standby = null, TimeSpan? ttl = null) =>
        Leadership.CampaignAsync(Etcd, Keys.Leader, identity, ttl ?? Ttl, TimeProvider.System, standby ?? (_ => { }), default);
}
