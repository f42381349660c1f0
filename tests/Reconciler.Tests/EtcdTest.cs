using System.Text;
using Etcd;
using Model.Keys;
using Testing;

namespace Reconciler.Tests;

/// <summary>A test over the real etcd of its class, under a prefix of its own.</summary>
public abstract class EtcdTest : IClassFixture<EtcdFixture>, IAsyncLifetime
{
    private static int _prefixes;

    protected EtcdTest(EtcdFixture fixture)
    {
        Server = fixture.Server;
        Real = new EtcdClient(new EtcdClientOptions { Endpoint = Server.Endpoint, CallDeadline = TimeSpan.FromSeconds(20) });
        Etcd = new FaultyEtcd(Real);
        Keys = new KeyLayout($"/test-{Interlocked.Increment(ref _prefixes)}");
    }

    protected EtcdServer Server { get; }
    /// <summary>The test's own line to etcd: it never fails, and is not counted.</summary>
    protected EtcdClient Real { get; }
    internal FaultyEtcd Etcd { get; }
    protected KeyLayout Keys { get; }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await Real.DisposeAsync();

    protected Task<long> PutAsync(string key, string value) => Real.PutAsync(key, Encoding.UTF8.GetBytes(value));

    protected async Task<string?> ReadAsync(string key) =>
        await Real.GetAsync(key) is { } kv ? Encoding.UTF8.GetString(kv.Value.Span) : null;

    protected async Task<List<string>> KeysUnderAsync(string prefix) =>
        [.. (await Real.ListAsync(prefix)).KeyValues.Select(kv => kv.Key)];
}
