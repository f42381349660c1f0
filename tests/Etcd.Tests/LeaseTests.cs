using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

public sealed class LeaseTests(EtcdFixture etcd) : IClassFixture<EtcdFixture>, IAsyncLifetime
{
    private readonly EtcdClient _client = NewClient(etcd.Server.Endpoint);
    private readonly string _key = $"/lease-{Path.GetRandomFileName()}";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _client.DisposeAsync().AsTask();

    [Fact]
    public async Task A_lease_that_is_not_renewed_takes_its_keys_along()
    {
        var lease = await _client.GrantLeaseAsync(TimeSpan.FromSeconds(1));
        await _client.PutAsync(_key, Bytes("x"), lease.Id);
        (await _client.GetAsync(_key))!.LeaseId.Should().Be(lease.Id);

        await Eventually.TrueAsync("the key is gone", async () => await _client.GetAsync(_key) is null);
        (await _client.KeepLeaseAliveAsync(lease.Id)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_granted_lease_is_as_long_as_asked_or_longer()
    {
        (await _client.GrantLeaseAsync(TimeSpan.FromSeconds(100.2))).Ttl.Should().Be(TimeSpan.FromSeconds(101));
        (await _client.GrantLeaseAsync(TimeSpan.FromMilliseconds(1))).Ttl.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        await _client.Invoking(c => c.GrantLeaseAsync(TimeSpan.Zero)).Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task Renewing_answers_the_whole_TTL()
    {
        var lease = await _client.GrantLeaseAsync(TimeSpan.FromSeconds(60));

        (await _client.KeepLeaseAliveAsync(lease.Id)).Should().Be(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Revoking_deletes_the_keys_and_revoking_again_is_no_error()
    {
        var lease = await _client.GrantLeaseAsync(TimeSpan.FromSeconds(60));
        await _client.PutAsync(_key, Bytes("x"), lease.Id);

        await _client.RevokeLeaseAsync(lease.Id);
        await _client.RevokeLeaseAsync(lease.Id);

        (await _client.GetAsync(_key)).Should().BeNull();
        (await _client.KeepLeaseAliveAsync(lease.Id)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_put_under_a_lease_that_is_gone_says_so_and_puts_nothing()
    {
        var lease = await _client.GrantLeaseAsync(TimeSpan.FromSeconds(60));
        await _client.RevokeLeaseAsync(lease.Id);

        await _client.Invoking(c => c.PutAsync(_key, Bytes("x"), lease.Id)).Should().ThrowAsync<EtcdLeaseNotFoundException>();
        (await _client.GetAsync(_key)).Should().BeNull();
    }
}
