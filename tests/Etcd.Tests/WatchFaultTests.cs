using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

/// <summary>Watches over what networks and servers do. Each test has a server of its own.</summary>
public sealed class WatchFaultTests
{
    private const string Prefix = "/specs/";

    [Fact]
    public async Task A_watch_goes_on_over_kill_and_restart_without_losing_an_event()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        await using var first = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));
        await using var second = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 1));
        for (var round = 0; round < 3; round++)
        {
            await client.PutAsync($"{Prefix}{round}-before", Bytes("x"));
            await server.KillAsync();
            await server.StartAgainAsync();
            // Written by somebody else, while the watch may not be back yet.
            await using var other = NewClient(server.Endpoint);
            await other.PutAsync($"{Prefix}{round}-after", Bytes("x"));
        }

        await first.SeesAsync(6);
        await second.SeesAsync(6);
        string[] expected = [.. Enumerable.Range(0, 3).SelectMany(r => new[] { $"{Prefix}{r}-before", $"{Prefix}{r}-after" })];
        first.Events.Select(e => e.KeyValue.Key).Should().Equal(expected);
        second.Events.Select(e => e.KeyValue.Key).Should().Equal(expected);
    }

    [Fact]
    public async Task A_watch_that_never_saw_an_event_does_not_miss_the_first_one_after_a_reset()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        await using var direct = NewClient(server.Endpoint);
        await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));

        proxy.Stall();
        await direct.PutAsync(Prefix + "k", Bytes("while away"));
        proxy.ResetConnections();
        proxy.Resume();

        await watch.SeesAsync(1);
        watch.Events.Should().ContainSingle().Which.KeyValue.Text().Should().Be("while away");
    }

    [Fact]
    public async Task Resets_in_the_midst_of_a_stream_of_events_lose_none_and_repeat_none()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        await using var direct = NewClient(server.Endpoint);
        var watches = new List<WatchReader>();
        for (var i = 0; i < 5; i++)
            watches.Add(await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0)));

        for (var i = 0; i < 400; i++)
        {
            if (i % 50 == 25)
                proxy.TruncateReplyAfter(i * 7);
            else if (i % 50 == 49)
                proxy.ResetConnections();
            await direct.PutAsync($"{Prefix}{i}", new byte[2000]);
        }

        foreach (var watch in watches)
        {
            await watch.SeesAsync(400);
            watch.Events.Select(e => e.KeyValue.Key).Should().Equal(Enumerable.Range(0, 400).Select(i => $"{Prefix}{i}"));
            watch.Confirmations.Should().BeGreaterThan(1, "the connection was lost");
            await watch.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_went_silent_is_noticed()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = new EtcdClient(new EtcdClientOptions
        {
            Endpoint = proxy.Endpoint,
            PingAfter = TimeSpan.FromSeconds(1),
            PingTimeout = TimeSpan.FromSeconds(1),
        });
        await using var direct = NewClient(server.Endpoint);
        await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));
        proxy.OpenConnections.Should().Be(1);

        proxy.Stall();
        await direct.PutAsync(Prefix + "k", Bytes("x"));
        // A second connection is the proof: the first has never been closed from the other side.
        await Eventually.TrueAsync("the client connects anew", () => proxy.OpenConnections == 2);
        proxy.Resume();

        await watch.SeesAsync(1);
    }

    [Fact]
    public async Task A_compaction_while_disconnected_is_told()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        await using var direct = NewClient(server.Endpoint);
        await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));

        proxy.Stall();
        await direct.PutAsync(Prefix + "k", Bytes("1"));
        var deleted = (await direct.TxnAsync(new Txn { Then = [Op.Delete(Prefix + "k")] })).Revision;
        await direct.CompactAsync(deleted);
        proxy.ResetConnections();
        proxy.Resume();

        (await watch.Invoking(w => w.End).Should().ThrowAsync<EtcdCompactedException>()).Which.CompactRevision.Should().Be(deleted);
    }

    [Fact]
    public async Task Events_cut_off_in_the_middle_come_again_whole()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        await using var direct = NewClient(server.Endpoint);
        await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));

        proxy.TruncateReplyAfter(50_000);
        await direct.PutAsync(Prefix + "k", new byte[200_000]);

        await watch.SeesAsync(1);
        watch.Events.Should().ContainSingle().Which.KeyValue.Value.Length.Should().Be(200_000);
        watch.Confirmations.Should().Be(2, "the connection was lost once");
    }

    [Fact]
    public async Task Progress_tells_how_far_a_quiet_watch_is()
    {
        await using var server = await EtcdServer.StartAsync("--experimental-watch-progress-notify-interval=200ms");
        await using var client = NewClient(server.Endpoint);
        await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));

        await client.PutAsync("/other", Bytes("1"));
        var elsewhere = await client.PutAsync("/other", Bytes("2"));

        await Eventually.TrueAsync("progress came", () => watch.Batches[^1].Revision >= elsewhere);
        watch.Events.Should().BeEmpty();
        // What progress said counts: going on behind it, the watch is not behind a compaction.
        await client.CompactAsync(elsewhere);
        await server.KillAsync();
        await server.StartAgainAsync();
        await client.PutAsync(Prefix + "k", Bytes("x"));
        await watch.SeesAsync(1);
    }

    [Fact]
    public async Task A_watch_that_is_begun_while_etcd_is_away_stands_when_it_comes()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        var revision = await client.PutAsync(Prefix + "k", Bytes("x"));
        await server.KillAsync();

        await using var watch = WatchReader.Start(client, WatchQuery.Prefix(Prefix, revision));
        await server.StartAgainAsync();

        await watch.SeesAsync(1);
    }

    [Fact]
    public async Task Disposing_the_client_ends_its_stream_and_closes_its_connection()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using (var client = NewClient(proxy.Endpoint))
        {
            await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(Prefix, 0));
            (await server.MetricAsync("etcd_debugging_mvcc_watch_stream_total")).Should().Be(1);
        }

        await Eventually.TrueAsync("the connection is closed", () => proxy.OpenConnections == 0);
        await Eventually.TrueAsync("etcd sees the end",
            async () => await server.MetricAsync("etcd_debugging_mvcc_watch_stream_total") == 0);
    }
}
