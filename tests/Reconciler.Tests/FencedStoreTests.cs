using System.Text;
using Etcd;
using Reconciler.Store;
using Testing;

namespace Reconciler.Tests;

public sealed class FencedStoreTests(EtcdFixture fixture) : EtcdTest(fixture)
{
    private readonly List<string> _applied = [];
    private readonly List<string> _doubtful = [];
    private FencedStore _store = null!;

    public override async Task InitializeAsync() =>
        _store = new FencedStore(Etcd, Keys.Leader, await PutAsync(Keys.Leader, "me"));

    [Fact]
    public async Task Every_change_is_written_however_many_there_are()
    {
        await _store.CommitAsync([.. Enumerable.Range(0, 200).Select(i => Change($"k{i}"))], default);
        (await KeysUnderAsync(Keys.Prefix + "/k")).Should().HaveCount(200);
        _applied.Should().Equal(Enumerable.Range(0, 200).Select(i => $"k{i}"));
        _doubtful.Should().BeEmpty();
        Etcd.Txns.Should().HaveCount(4, "60 changes go together");
    }

    [Fact]
    public async Task Etcd_takes_what_is_packed_to_the_limit_of_operations()
    {
        Change[] changes = [.. Enumerable.Range(0, 100).Select(i => Change($"k{i}", operations: 3, compares: 3))];
        await _store.CommitAsync(changes, default);
        _applied.Should().HaveCount(100);
        Etcd.Txns.Should().OnlyContain(t => t.If.Count <= FencedStore.MaxOperations + 1 && t.Then.Count <= FencedStore.MaxOperations);
        Etcd.Txns.Should().HaveCount(3);
    }

    [Fact]
    public async Task Large_values_go_in_transactions_that_etcd_takes()
    {
        await _store.CommitAsync([.. Enumerable.Range(0, 10).Select(i => Change($"k{i}", bytes: 300_000))], default);
        _applied.Should().HaveCount(10);
        Etcd.Txns.Should().HaveCount(4, "three fit in a mebibyte");
    }

    [Fact]
    public async Task The_one_that_does_not_hold_is_found_and_all_others_are_written()
    {
        string[] wrong = ["k0", "k31", "k59"];
        await _store.CommitAsync([.. Enumerable.Range(0, 60).Select(i => Change($"k{i}", holds: !wrong.Contains($"k{i}")))], default);
        _doubtful.Should().BeEquivalentTo(wrong);
        _applied.Should().BeEquivalentTo(Enumerable.Range(0, 60).Select(i => $"k{i}").Except(wrong));
        (await KeysUnderAsync(Keys.Prefix + "/k")).Should().HaveCount(57);
    }

    [Fact]
    public async Task A_deposed_leader_writes_nothing()
    {
        await Real.DeleteAsync(Keys.Leader);
        await PutAsync(Keys.Leader, "me");
        await _store.Awaiting(s => s.CommitAsync([Change("k1"), Change("k2")], default)).Should().ThrowAsync<LeadershipLostException>();
        (await KeysUnderAsync(Keys.Prefix + "/k")).Should().BeEmpty("the key says the same, but it is another term's");
        await Real.DeleteAsync(Keys.Leader);
        await _store.Awaiting(s => s.CommitAsync([Change("k1", holds: false)], default)).Should().ThrowAsync<LeadershipLostException>();
        _applied.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_etcd_does_not_answer_all_that_is_not_known_to_be_written_is_doubtful(bool tookEffect)
    {
        var count = 0;
        Etcd.OnTxn = _ => ++count == 2 ? tookEffect ? Fault.ReplyLost : Fault.Lost : null;
        var changes = Enumerable.Range(0, 150).Select(i => Change($"k{i}")).ToList();
        await _store.Awaiting(s => s.CommitAsync(changes, default)).Should().ThrowAsync<EtcdUnavailableException>();
        _applied.Should().Equal(Enumerable.Range(0, 60).Select(i => $"k{i}"));
        _doubtful.Should().Equal(Enumerable.Range(60, 90).Select(i => $"k{i}"));
        (await KeysUnderAsync(Keys.Prefix + "/k")).Should().HaveCount(tookEffect ? 120 : 60);
    }

    [Fact]
    public async Task A_fault_in_the_midst_of_splitting_leaves_nothing_untold()
    {
        var count = 0;
        Etcd.OnTxn = _ => ++count == 3 ? Fault.Lost : null;
        var changes = Enumerable.Range(0, 8).Select(i => Change($"k{i}", holds: i != 1)).ToList();
        await _store.Awaiting(s => s.CommitAsync(changes, default)).Should().ThrowAsync<EtcdUnavailableException>();
        _applied.Concat(_doubtful).Should().BeEquivalentTo(Enumerable.Range(0, 8).Select(i => $"k{i}"), "each has learnt its outcome");
    }

    [Fact]
    public async Task Of_nothing_nothing_is_sent()
    {
        await _store.CommitAsync([], default);
        Etcd.Txns.Should().BeEmpty();
    }

    private Change Change(string name, int operations = 1, int compares = 1, bool holds = true, int bytes = 1) => new()
    {
        What = name,
        If = [.. Enumerable.Range(0, compares).Select(i => holds ? Compare.Absent($"{Keys.Prefix}/{name}/{i}") : Compare.Exists($"{Keys.Prefix}/none"))],
        Then = [.. Enumerable.Range(0, operations).Select(i => Op.Put($"{Keys.Prefix}/{name}/{i}", Encoding.UTF8.GetBytes(new string('x', bytes))))],
        Applied = revision =>
        {
            revision.Should().BePositive();
            _applied.Add(name);
        },
        Doubtful = () => _doubtful.Add(name),
    };
}
