using System.Globalization;
using System.Text;
using Etcd;
using Simulation.Store;
using Testing;

namespace Simulation.Conformance;

/// <summary>The model is only worth something if it answers as etcd does: the same calls to both, the same answers from both.</summary>
public sealed class EtcdConformanceTests
{
    private const int Operations = 1500;
    private static readonly string[] Keys = ["/a", "/a/1", "/a/2", "/a/3", "/b/1", "/b/2", "/c"];
    private static readonly string[] Prefixes = ["/a/", "/b/", "/", "/none/"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_same_calls_have_the_same_answers(int seed)
    {
        await using var server = await EtcdServer.StartAsync();
        await using var real = new EtcdClient(new EtcdClientOptions { Endpoint = server.Endpoint });
        var model = new EtcdStore(() => TimeSpan.Zero, new Random(seed));
        var pair = new Pair(real, model);
        var random = new Random(seed);

        for (var i = 0; i < Operations; i++)
        {
            var (what, inReality, inModel) = await OneAsync(pair, random);
            inModel.Should().Be(inReality, $"operation {i} of seed {seed} was {what}");
        }
        await CompareWatchesAsync(real, model, random);
    }

    private static async Task<(string What, string Real, string Model)> OneAsync(Pair pair, Random random)
    {
        switch (random.Next(20))
        {
            case 0:
                var ttl = TimeSpan.FromSeconds(random.Next(1, 4) * 200);
                var granted = await pair.Real.GrantLeaseAsync(ttl);
                var modelled = pair.Model.Grant(ttl);
                pair.Leases.Add((granted.Id, modelled.Id));
                return ("grant", $"{granted.Ttl}", $"{modelled.Ttl}");
            case 1 when pair.Leases.Count > 0:
                var lease = pair.Leases[random.Next(pair.Leases.Count)];
                if (random.Next(2) == 0)
                    return ("keep-alive", $"{await pair.Real.KeepLeaseAliveAsync(lease.Real) > TimeSpan.Zero}",
                        $"{pair.Model.KeepAlive(lease.Model) > TimeSpan.Zero}");
                await pair.Real.RevokeLeaseAsync(lease.Real);
                if (pair.Model.HasLease(lease.Model))
                    pair.Model.Revoke(lease.Model, "test");
                return ("revoke", "", "");
            case 2 when random.Next(8) == 0:
                var at = random.NextInt64(1, pair.Model.Revision + 1);
                await pair.Real.CompactAsync(at);
                if (at > pair.Model.CompactRevision)
                    pair.Model.Compact(at);
                return ($"compact {at}", "", "");
            case < 8:
                var query = RandomRange(pair.Model.Revision, random);
                return ($"range {query}", await TellAsync(async () => pair.Tell(await pair.Real.RangeAsync(query))),
                    await TellAsync(() => Task.FromResult(pair.Tell(pair.Model.Range(query)))));
            default:
                var (forReal, forModel) = RandomTxn(pair, random);
                return ($"txn {Tell(forModel)}", await TellAsync(async () => pair.Tell(await pair.Real.TxnAsync(forReal))),
                    await TellAsync(() => Task.FromResult(pair.Tell(pair.Model.Txn(forModel, "test")))));
        }
    }

    private static RangeQuery RandomRange(long revision, Random random) => new()
    {
        Key = random.Next(2) == 0 ? Keys[random.Next(Keys.Length)] : Prefixes[random.Next(Prefixes.Length)],
        RangeEnd = random.Next(3) == 0 ? null : EtcdKey.PrefixEnd(Prefixes[random.Next(Prefixes.Length)]),
        Limit = random.Next(3) == 0 ? random.Next(1, 4) : 0,
        Revision = random.Next(3) == 0 ? Math.Max(1, revision + random.Next(-12, 3)) : 0,
        KeysOnly = random.Next(5) == 0,
    };

    private static (Txn Real, Txn Model) RandomTxn(Pair pair, Random random)
    {
        var compares = Many(random, 3, () => RandomCompare(pair.Model.Revision, random));
        // Now and then more than etcd allows.
        var most = random.Next(40) == 0 ? 140 : 5;
        var then = Many(random, most, () => RandomOp(pair, random));
        var otherwise = Many(random, 3, () => RandomOp(pair, random));
        return (new Txn { If = compares, Then = [.. then.Select(o => o.Real)], Else = [.. otherwise.Select(o => o.Real)] },
            new Txn { If = compares, Then = [.. then.Select(o => o.Model)], Else = [.. otherwise.Select(o => o.Model)] });
    }

    private static Compare RandomCompare(long revision, Random random)
    {
        var target = (CompareTarget)random.Next(4);
        return new Compare
        {
            Key = random.Next(3) == 0 ? Prefixes[random.Next(Prefixes.Length)] : Keys[random.Next(Keys.Length)],
            RangeEnd = random.Next(3) == 0 ? EtcdKey.PrefixEnd(Prefixes[random.Next(Prefixes.Length)]) : null,
            Target = target,
            Result = (CompareResult)random.Next(4),
            Number = target == CompareTarget.Version ? random.Next(3) : random.Next(2) == 0 ? 0 : Math.Max(0, revision - random.Next(10)),
            Value = target == CompareTarget.Value ? RandomValue(random) : default,
        };
    }

    private static (Op Real, Op Model) RandomOp(Pair pair, Random random)
    {
        var key = Keys[random.Next(Keys.Length)];
        var prefix = Prefixes[random.Next(Prefixes.Length)];
        var op = random.Next(6) switch
        {
            0 => Op.Delete(key),
            1 => Op.DeletePrefix(prefix),
            2 => Op.Get(key) with { RangeEnd = random.Next(2) == 0 ? EtcdKey.PrefixEnd(prefix) : null },
            _ => Op.Put(key, RandomValue(random)),
        };
        if (op.Kind != OpKind.Put || pair.Leases.Count == 0 || random.Next(4) != 0)
            return (op, op);
        var lease = pair.Leases[random.Next(pair.Leases.Count)];
        return (op with { LeaseId = lease.Real }, op with { LeaseId = lease.Model });
    }

    private static byte[] RandomValue(Random random) => Encoding.UTF8.GetBytes(random.Next(4).ToString(CultureInfo.InvariantCulture));

    private static List<T> Many<T>(Random random, int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most)).Select(_ => make())];

    private static async Task CompareWatchesAsync(EtcdClient real, EtcdStore model, Random random)
    {
        for (var i = 0; i < 20; i++)
        {
            var query = WatchQuery.Prefix(Prefixes[random.Next(Prefixes.Length)], random.NextInt64(1, model.Revision));
            if (query.StartRevision < model.CompactRevision)
            {
                var watch = async () => { await foreach (var _ in real.WatchAsync(query)) { } };
                await watch.Should().ThrowAsync<EtcdCompactedException>();
                query.Invoking(q => model.Events(q, q.StartRevision, model.Revision)).Should().Throw<EtcdCompactedException>();
                continue;
            }
            var expected = model.Events(query, query.StartRevision, model.Revision);
            var seen = new List<WatchEvent>();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await foreach (var batch in real.WatchAsync(query, patience.Token))
            {
                seen.AddRange(batch.Events);
                if (seen.Count >= expected.Count)
                    break;
            }
            seen.Select(Tell).Should().Equal(expected.Select(Tell), $"{query} was watched");
        }
    }

    private static async Task<string> TellAsync(Func<Task<string>> call)
    {
        try
        {
            return await call();
        }
        catch (EtcdUnavailableException)
        {
            throw;
        }
        catch (EtcdException e)
        {
            return e.GetType().Name;
        }
    }

    private static string Tell(WatchEvent e) => $"{e.Kind} {e.KeyValue.Key} r{e.KeyValue.ModRevision} {Encoding.UTF8.GetString(e.KeyValue.Value.Span)}";

    private static string Tell(Txn txn) => $"if {string.Join(", ", txn.If)} then {string.Join(", ", txn.Then)} else {string.Join(", ", txn.Else)}";

    /// <summary>The real one and its model, with the lease ids that stand for each other.</summary>
    private sealed record Pair(EtcdClient Real, EtcdStore Model)
    {
        public List<(long Real, long Model)> Leases { get; } = [];

        public string Tell(RangeResult result) =>
            $"r{result.Revision} more={result.More} {string.Join(" ", result.KeyValues.Select(Tell))}";

        public string Tell(TxnResult result) => $"{result.Succeeded} r{result.Revision} "
            + string.Join("; ", result.Responses.Select(r => $"deleted={r.Deleted} {string.Join(" ", r.KeyValues.Select(Tell))}"));

        private string Tell(KeyValue kv) => string.Create(CultureInfo.InvariantCulture,
            $"{kv.Key}={Encoding.UTF8.GetString(kv.Value.Span)} c{kv.CreateRevision} m{kv.ModRevision} v{kv.Version} l{LeaseIndex(kv.LeaseId)}");

        private int LeaseIndex(long id) => id == 0 ? -1 : Leases.FindIndex(l => l.Real == id || l.Model == id);
    }
}
