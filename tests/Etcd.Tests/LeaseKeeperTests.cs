using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

/// <summary>The keeper on a real etcd. Each test has a server of its own.</summary>
public sealed class LeaseKeeperTests
{
    // Long enough that a busy machine renews in time.
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Keeps_its_lease_beyond_the_TTL_and_revokes_it_at_the_end()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        using var stop = new CancellationTokenSource();
        var keeper = await LeaseKeeper.GrantAsync(client, Ttl, TimeProvider.System);
        await client.PutAsync("/leader", Bytes("me"), keeper.LeaseId);
        var running = keeper.RunAsync(stop.Token);

        // Another lease that nobody renews shows that the time is over.
        var shadow = await client.GrantLeaseAsync(Ttl + TimeSpan.FromSeconds(1));
        await client.PutAsync("/shadow", Bytes("x"), shadow.Id);
        await Eventually.TrueAsync("the lease beside it has ended", async () => await client.GetAsync("/shadow") is null);
        keeper.IsHeld(TimeSpan.Zero).Should().BeTrue();
        (await client.GetAsync("/leader")).Should().NotBeNull();

        await stop.CancelAsync();
        await running;
        keeper.IsHeld(TimeSpan.Zero).Should().BeFalse();
        keeper.Lost.IsCompleted.Should().BeFalse();
        (await client.GetAsync("/leader")).Should().BeNull();
    }

    [Fact]
    public async Task Is_lost_when_the_server_is_paused_past_the_TTL()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        var keeper = await LeaseKeeper.GrantAsync(client, TimeSpan.FromSeconds(2), TimeProvider.System);
        var running = keeper.RunAsync(CancellationToken.None);

        server.Pause();

        await running.Invoking(r => r).Should().ThrowAsync<LeaseLostException>();
        await keeper.Lost;
        keeper.IsHeld(TimeSpan.Zero).Should().BeFalse();
        server.Continue();
        keeper.IsHeld(TimeSpan.Zero).Should().BeFalse("what was given up is not taken back");
    }

    [Fact]
    public async Task Is_lost_when_the_lease_is_revoked_elsewhere()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        var keeper = await LeaseKeeper.GrantAsync(client, Ttl, TimeProvider.System);
        var running = keeper.RunAsync(CancellationToken.None);

        await client.RevokeLeaseAsync(keeper.LeaseId);

        (await running.Invoking(r => r).Should().ThrowAsync<LeaseLostException>()).WithMessage("*no longer knows*");
        await keeper.Lost;
    }

    [Fact]
    public async Task Outlives_a_restart_of_the_server_that_is_shorter_than_the_TTL()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        using var stop = new CancellationTokenSource();
        var keeper = await LeaseKeeper.GrantAsync(client, TimeSpan.FromSeconds(9), TimeProvider.System);
        var running = keeper.RunAsync(stop.Token);

        await server.KillAsync();
        await server.StartAgainAsync();

        // As long as the lease itself: without a renewal it would be over by then.
        var shadow = await client.GrantLeaseAsync(TimeSpan.FromSeconds(10));
        await client.PutAsync("/shadow", Bytes("x"), shadow.Id);
        await Eventually.TrueAsync("the lease beside it has ended", async () => await client.GetAsync("/shadow") is null);
        keeper.IsHeld(TimeSpan.Zero).Should().BeTrue();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task An_end_without_etcd_says_that_the_lease_could_not_be_revoked()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        using var stop = new CancellationTokenSource();
        var keeper = await LeaseKeeper.GrantAsync(client, TimeSpan.FromSeconds(60), TimeProvider.System);
        var running = keeper.RunAsync(stop.Token);
        await server.KillAsync();

        await stop.CancelAsync();

        await running.Invoking(r => r).Should().ThrowAsync<EtcdUnavailableException>();
        keeper.IsHeld(TimeSpan.Zero).Should().BeFalse();
    }
}
