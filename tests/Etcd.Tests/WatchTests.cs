using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

public sealed class WatchTests(EtcdFixture etcd) : IClassFixture<EtcdFixture>, IAsyncLifetime
{
    private readonly EtcdClient _client = NewClient(etcd.Server.Endpoint);
    private readonly string _prefix = $"/watch-{Path.GetRandomFileName()}/";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _client.DisposeAsync().AsTask();

    [Fact]
    public async Task Puts_and_deletes_come_in_order_with_their_revisions()
    {
        var revision = (await _client.ListAsync(_prefix)).Revision;
        await using var watch = await WatchReader.StartAsync(_client, WatchQuery.Prefix(_prefix, revision + 1));
        watch.Batches[0].Should().BeEquivalentTo(new WatchBatch(revision, []));

        var put = await _client.PutAsync(_prefix + "k", Bytes("1"));
        await _client.PutAsync(_prefix[..^1] + "-beside", Bytes("not watched"));
        var delete = (await _client.TxnAsync(new Txn { Then = [Op.Delete(_prefix + "k")] })).Revision;
        await watch.SeesAsync(2);

        watch.Events.Select(e => (e.Kind, e.KeyValue.Key, e.KeyValue.ModRevision)).Should().Equal(
            (WatchEventKind.Put, _prefix + "k", put), (WatchEventKind.Delete, _prefix + "k", delete));
        watch.Events[0].KeyValue.Text().Should().Be("1");
        watch.Events[1].KeyValue.Value.Length.Should().Be(0);
        watch.Batches[^1].Revision.Should().Be(delete);
    }

    [Fact]
    public async Task A_watch_from_the_past_is_as_far_as_its_events_and_no_further()
    {
        // More than etcd takes into one batch: while it catches up, its header already shows the newest revision.
        var start = await _client.PutAsync(_prefix + "first", Bytes("x"));
        await Task.WhenAll(Enumerable.Range(0, 2500).Select(i => _client.PutAsync($"{_prefix}{i}", Bytes("x"))));

        await using var watch = await WatchReader.StartAsync(_client, WatchQuery.Prefix(_prefix, start));
        await watch.SeesAsync(2501);

        watch.Batches[0].Revision.Should().Be(start - 1);
        watch.Events.Select(e => e.KeyValue.ModRevision).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems().And.HaveCount(2501);
        watch.Batches.Where(b => b.Events.Count > 0).Should().OnlyContain(b => b.Revision == b.Events.Max(e => e.KeyValue.ModRevision));
    }

    [Fact]
    public async Task Fragments_of_one_batch_come_as_one()
    {
        // 12 MB of history, which etcd takes into one batch and cannot send in one message.
        var revision = (await _client.ListAsync(_prefix)).Revision;
        for (var i = 0; i < 12; i++)
            await _client.PutAsync($"{_prefix}{i}", new byte[1_000_000]);

        await using var watch = WatchReader.Start(_client, WatchQuery.Prefix(_prefix, revision + 1));
        await watch.SeesAsync(12);

        watch.Batches.Where(b => b.Events.Count > 0).Should().ContainSingle().Which.Events.Should().HaveCount(12);
        watch.Events.Should().OnlyContain(e => e.KeyValue.Value.Length == 1_000_000);
    }

    [Fact]
    public async Task Many_watches_share_one_stream_and_none_sees_anothers_events()
    {
        await Eventually.TrueAsync("etcd has seen the end of the tests before", async () => await StreamsAsync() == 0 && await WatchersAsync() == 0);
        var watches = new List<WatchReader>();
        for (var i = 0; i < 200; i++)
            watches.Add(WatchReader.Start(_client, WatchQuery.Prefix($"{_prefix}{i}/", 0)));
        await Eventually.TrueAsync("all stand", () => watches.TrueForAll(w => w.Confirmations == 1));
        (await StreamsAsync()).Should().Be(1);
        (await WatchersAsync()).Should().Be(200);

        // Half of them leave; the others must not notice.
        for (var i = 0; i < 100; i++)
            await watches[i].DisposeAsync();
        await Eventually.TrueAsync("etcd dropped them", async () => await WatchersAsync() == 100);
        for (var i = 0; i < 200; i++)
            await _client.PutAsync($"{_prefix}{i}/k", Bytes($"{i}"));
        for (var i = 100; i < 200; i++)
        {
            await watches[i].SeesAsync(1);
            watches[i].Events.Should().ContainSingle().Which.KeyValue.Text().Should().Be($"{i}");
            await watches[i].DisposeAsync();
        }
        watches.Take(100).Should().OnlyContain(w => w.Events.Length == 0);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_up_nobody()
    {
        await using var idle = _client.WatchAsync(WatchQuery.Prefix(_prefix, 0)).GetAsyncEnumerator();
        (await idle.MoveNextAsync()).Should().BeTrue();
        await using var other = await WatchReader.StartAsync(_client, WatchQuery.Prefix(_prefix, 0));

        for (var i = 0; i < 20; i++)
            await _client.PutAsync($"{_prefix}{i}", new byte[500_000]);

        await other.SeesAsync(20);
        var late = 0;
        while (late < 20 && await idle.MoveNextAsync())
            late += idle.Current.Events.Count;
        late.Should().Be(20);
    }

    [Fact]
    public async Task A_compacted_start_ends_that_watch_only()
    {
        var start = await _client.PutAsync(_prefix + "k", Bytes("1"));
        var compacted = await _client.PutAsync(_prefix + "k", Bytes("2"));
        await using var healthy = await WatchReader.StartAsync(_client, WatchQuery.Prefix(_prefix, 0));
        await _client.CompactAsync(compacted);

        await using var stale = WatchReader.Start(_client, WatchQuery.Prefix(_prefix, start));

        (await stale.Invoking(s => s.End).Should().ThrowAsync<EtcdCompactedException>()).Which.CompactRevision.Should().Be(compacted);
        await _client.PutAsync(_prefix + "k", Bytes("3"));
        await healthy.SeesAsync(1);
    }

    [Fact]
    public async Task A_store_behind_what_was_seen_is_not_waited_for_in_silence()
    {
        var now = (await _client.ListAsync(_prefix)).Revision;

        await using var watch = WatchReader.Start(_client, WatchQuery.Prefix(_prefix, now + 1_000_000));

        await watch.Invoking(w => w.End).Should().ThrowAsync<EtcdCompactedException>().WithMessage("*list anew*");
    }

    [Fact]
    public async Task Disposing_the_client_ends_its_watches()
    {
        var client = NewClient(etcd.Server.Endpoint);
        await using var watch = await WatchReader.StartAsync(client, WatchQuery.Prefix(_prefix, 0));

        await client.DisposeAsync();

        await watch.Invoking(w => w.End).Should().ThrowAsync<ObjectDisposedException>();
        var late = WatchReader.Start(client, WatchQuery.Prefix(_prefix, 0));
        await late.Invoking(w => w.End).Should().ThrowAsync<ObjectDisposedException>();
    }

    private Task<double> StreamsAsync() => etcd.Server.MetricAsync("etcd_debugging_mvcc_watch_stream_total");

    private Task<double> WatchersAsync() => etcd.Server.MetricAsync("etcd_debugging_mvcc_watcher_total");
}
