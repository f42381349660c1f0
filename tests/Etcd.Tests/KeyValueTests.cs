using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

public sealed class KeyValueTests(EtcdFixture etcd) : IClassFixture<EtcdFixture>, IAsyncLifetime
{
    private readonly EtcdClient _client = NewClient(etcd.Server.Endpoint);
    private readonly string _prefix = $"/kv-{Path.GetRandomFileName()}/";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _client.DisposeAsync().AsTask();

    [Fact]
    public async Task A_list_in_pages_is_whole_in_order_and_of_one_revision()
    {
        string[] keys = [.. Enumerable.Range(0, 1203).Select(i => $"{_prefix}{i:d5}")];
        foreach (var some in keys.Chunk(100))
            await _client.TxnAsync(new Txn { Then = [.. some.Select(k => Op.Put(k, Bytes(k)))] });
        var before = (await _client.RangeAsync(new RangeQuery { Key = keys[0] })).Revision;

        var list = await _client.ListAsync(_prefix, pageSize: 100);

        list.KeyValues.Select(kv => kv.Key).Should().Equal(keys);
        list.KeyValues.Should().OnlyContain(kv => kv.Text() == kv.Key);
        list.Revision.Should().Be(before);
    }

    [Fact]
    public async Task A_list_does_not_see_what_changes_between_its_pages()
    {
        for (var i = 0; i < 4; i++)
            await _client.PutAsync($"{_prefix}{i}", Bytes("old"));
        var first = await _client.RangeAsync(new RangeQuery { Key = _prefix, RangeEnd = EtcdKey.PrefixEnd(_prefix), Limit = 2 });
        first.More.Should().BeTrue();
        await _client.PutAsync($"{_prefix}3", Bytes("new"));

        var second = await _client.RangeAsync(
            new RangeQuery { Key = $"{_prefix}2", RangeEnd = EtcdKey.PrefixEnd(_prefix), Limit = 2, Revision = first.Revision });

        second.KeyValues.Select(kv => kv.Text()).Should().Equal("old", "old");
        second.More.Should().BeFalse();
    }

    [Fact]
    public async Task A_key_carries_its_revisions_and_its_version()
    {
        var key = _prefix + "k";
        var created = await _client.PutAsync(key, Bytes("1"));
        var changed = await _client.PutAsync(key, Bytes("2"));

        var kv = await _client.GetAsync(key);

        kv.Should().BeEquivalentTo(new { Key = key, CreateRevision = created, ModRevision = changed, Version = 2, LeaseId = 0 });
        (await _client.GetAsync(_prefix + "none")).Should().BeNull();
    }

    [Fact]
    public async Task Keys_only_leaves_the_values_out()
    {
        await _client.PutAsync(_prefix + "k", Bytes("value"));

        var result = await _client.RangeAsync(new RangeQuery { Key = _prefix, RangeEnd = EtcdKey.PrefixEnd(_prefix), KeysOnly = true });

        result.KeyValues.Should().ContainSingle().Which.Value.Length.Should().Be(0);
    }

    [Fact]
    public async Task A_transaction_runs_the_branch_that_its_compares_choose()
    {
        var key = _prefix + "k";
        var create = new Txn
        {
            If = [Compare.Absent(key)],
            Then = [Op.Put(key, Bytes("mine"))],
            Else = [Op.Get(key), Op.Delete(_prefix + "other")],
        };

        var first = await _client.TxnAsync(create);
        var second = await _client.TxnAsync(create);

        first.Succeeded.Should().BeTrue();
        first.Responses.Should().HaveCount(1);
        second.Succeeded.Should().BeFalse();
        second.Responses[0].KeyValues.Should().ContainSingle().Which.ModRevision.Should().Be(first.Revision);
        second.Responses[1].Deleted.Should().Be(0);
    }

    [Fact]
    public async Task Compares_see_value_revision_and_version()
    {
        var key = _prefix + "k";
        var revision = await _client.PutAsync(key, Bytes("a"));

        (await Holds(Compare.ValueEquals(key, Bytes("a")))).Should().BeTrue();
        (await Holds(Compare.ValueEquals(key, Bytes("b")))).Should().BeFalse();
        (await Holds(Compare.ModRevision(key, revision))).Should().BeTrue();
        (await Holds(Compare.ModRevision(key, revision - 1))).Should().BeFalse();
        (await Holds(Compare.Exists(key))).Should().BeTrue();
        (await Holds(Compare.Exists(_prefix + "none"))).Should().BeFalse();
        (await Holds(new Compare { Key = key, Target = CompareTarget.Version, Result = CompareResult.Less, Number = 2 })).Should().BeTrue();
        (await Holds(new Compare { Key = key, Target = CompareTarget.Version, Result = CompareResult.NotEqual, Number = 1 })).Should().BeFalse();
    }

    [Fact]
    public async Task None_under_holds_over_an_empty_range_only()
    {
        var assignments = _prefix + "assignments/pod/";
        await _client.PutAsync(_prefix + "assignments/pod2/uid", Bytes("another pod's"));

        (await Holds(Compare.NoneUnder(assignments))).Should().BeTrue();
        await _client.PutAsync(assignments + "uid", Bytes("x"));
        (await Holds(Compare.NoneUnder(assignments))).Should().BeFalse();
        (await _client.TxnAsync(new Txn { Then = [Op.DeletePrefix(assignments)] })).Responses[0].Deleted.Should().Be(1);
        (await Holds(Compare.NoneUnder(assignments))).Should().BeTrue();
    }

    [Fact]
    public async Task A_range_compare_asks_every_key_and_takes_an_empty_range_for_an_absent_key()
    {
        var end = EtcdKey.PrefixEnd(_prefix);
        var all = Compare.ValueEquals(_prefix, Bytes("same")) with { RangeEnd = end };
        var allExist = Compare.Exists(_prefix) with { RangeEnd = end };
        (await Holds(all)).Should().BeFalse();
        (await Holds(allExist)).Should().BeFalse();

        await _client.PutAsync(_prefix + "1", Bytes("same"));
        await _client.PutAsync(_prefix + "2", Bytes("same"));
        (await Holds(all)).Should().BeTrue();
        (await Holds(allExist)).Should().BeTrue();
        await _client.PutAsync(_prefix + "2", Bytes("other"));
        (await Holds(all)).Should().BeFalse();
    }

    [Fact]
    public async Task Values_are_bytes_whatever_they_are()
    {
        byte[] bytes = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7))];
        await _client.PutAsync(_prefix + "binary", bytes);
        await _client.PutAsync(_prefix + "empty", ReadOnlyMemory<byte>.Empty);

        (await _client.GetAsync(_prefix + "binary"))!.Value.ToArray().Should().Equal(bytes);
        (await _client.GetAsync(_prefix + "empty"))!.Value.Length.Should().Be(0);
    }

    [Fact]
    public async Task A_key_that_is_not_UTF8_is_listed_once_and_can_be_deleted()
    {
        // Somebody with etcdctl put them: page by page, they must neither be skipped nor come again for ever.
        string[] keys = [_prefix + "a", _prefix + "ü€𝄞", _prefix + "\uDC80", _prefix + "\uDCFE\uDCFF"];
        foreach (var key in keys)
            await _client.PutAsync(key, Bytes("x"));

        var list = await _client.ListAsync(_prefix, pageSize: 1);

        list.KeyValues.Select(kv => kv.Key).Should().BeEquivalentTo(keys);
        foreach (var kv in list.KeyValues)
            (await _client.DeleteAsync(kv.Key)).Should().BeTrue();
        (await _client.ListAsync(_prefix)).KeyValues.Should().BeEmpty();
    }

    [Fact]
    public async Task What_etcd_refuses_is_an_error_with_its_reason()
    {
        var twice = new Txn { Then = [Op.Put(_prefix + "k", Bytes("1")), Op.Put(_prefix + "k", Bytes("2"))] };
        var tooMany = new Txn { Then = [.. Enumerable.Range(0, 129).Select(i => Op.Put($"{_prefix}{i}", Bytes("x")))] };
        var tooLarge = new Txn { Then = [Op.Put(_prefix + "large", new byte[1_700_000])] };

        (await RefusalOf(twice)).Message.Should().Contain("duplicate key");
        (await RefusalOf(tooMany)).Message.Should().Contain("too many operations");
        (await RefusalOf(tooLarge)).Message.Should().Contain("too large");
        (await _client.ListAsync(_prefix)).KeyValues.Should().BeEmpty();

        async Task<EtcdException> RefusalOf(Txn txn) =>
            (await _client.Invoking(c => c.TxnAsync(txn)).Should().ThrowExactlyAsync<EtcdException>()).Which;
    }

    [Fact]
    public async Task A_compacted_revision_is_told_and_compacting_again_is_no_error()
    {
        var old = await _client.PutAsync(_prefix + "k", Bytes("1"));
        var later = await _client.PutAsync(_prefix + "k", Bytes("2"));

        await _client.CompactAsync(later);
        await _client.CompactAsync(later);
        await _client.CompactAsync(old);

        await _client.Invoking(c => c.RangeAsync(new RangeQuery { Key = _prefix + "k", Revision = old }))
            .Should().ThrowAsync<EtcdCompactedException>();
        await _client.Invoking(c => c.CompactAsync(later + 1_000_000)).Should().ThrowExactlyAsync<EtcdException>();
    }

    [Fact]
    public async Task Many_callers_share_one_connection()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => _client.PutAsync($"{_prefix}{i}", Bytes($"{i}"))));

        (await _client.ListAsync(_prefix)).KeyValues.Should().HaveCount(300);
    }

    [Fact]
    public async Task A_caller_that_cancels_sees_its_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await _client.Invoking(c => c.RangeAsync(new RangeQuery { Key = _prefix }, cancelled.Token))
            .Should().ThrowAsync<OperationCanceledException>();
    }

    private async Task<bool> Holds(Compare compare) => (await _client.TxnAsync(new Txn { If = [compare] })).Succeeded;
}
