using Etcd;
using Simulation.World;

namespace Simulation.Store;

/// <summary>The one etcd of a world: the store, its lease clock, its outages, and whom to wake when something was written.</summary>
public sealed class SimEtcdServer
{
    private readonly SimWorld _world;
    private readonly Random _random;
    private readonly List<SimEtcd> _clients = [];
    private SimEvent? _expiry;

    public SimEtcdServer(SimWorld world)
    {
        _world = world;
        _random = world.RandomFor("etcd");
        Store = new EtcdStore(() => world.Elapsed, world.RandomFor("lease ids"));
        Store.Committed += commit =>
        {
            _world.Log("etcd", $"r{commit.Revision} by {commit.Writer}: {Describe(commit)}");
            foreach (var client in _clients)
                client.Wake();
        };
    }

    public EtcdStore Store { get; }

    /// <summary>The process is dead: nobody answers, and lease time does not pass.</summary>
    public bool IsDown { get; private set; }

    public SimEtcd ClientOf(SimProcess process)
    {
        var client = new SimEtcd(this, process);
        _clients.Add(client);
        process.Died += () => _clients.Remove(client);
        return client;
    }

    public void Crash()
    {
        _world.Log("etcd", "dies");
        IsDown = true;
        _expiry?.Cancel();
    }

    public void Restart()
    {
        _world.Log("etcd", "starts again");
        IsDown = false;
        Store.RenewAllLeases();
        LeasesChanged();
    }

    /// <summary>Called after whatever may have changed a lease's end.</summary>
    internal void LeasesChanged()
    {
        _expiry?.Cancel();
        if (IsDown || Store.NextExpiry is not { } next)
            return;
        // etcd looks for expired leases twice a second.
        _expiry = _world.After(next - _world.Elapsed + TimeSpan.FromMilliseconds(_random.Next(1, 500)), () =>
        {
            Store.ExpireLeases();
            LeasesChanged();
        });
    }

    private static string Describe(Commit commit) => string.Join(", ", commit.Events.Select(e =>
        (e.Event.Kind == WatchEventKind.Put ? e.Before is null ? "+" : "~" : "-") + e.Event.KeyValue.Key));
}
