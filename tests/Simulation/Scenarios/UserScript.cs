using Etcd;
using Model.Keys;
using Simulation.Checks;
using Simulation.Cluster;

namespace Simulation.Scenarios;

/// <summary>The people of a scenario: they put, change and delete specs, straight into etcd.</summary>
internal sealed class UserScript(SimCluster cluster, Random random)
{
    private static readonly PodKey[] Pods =
    [
        new("default", "web"), new("default", "db"), new("default", "cache"), new("team", "web"), new("team", "job"), new("team", "batch"),
    ];

    private readonly PodScript _specs = new(random);

    private Dictionary<PodKey, PodWish> Wishes => cluster.Checks.Wishes;

    public void DoSomething()
    {
        var pod = Pods[random.Next(Pods.Length)];
        switch (random.Next(8))
        {
            case 0 or 1:
                Delete(pod);
                break;
            case 2:
                // At once there again: a new pod, though it bears the old name.
                Delete(pod);
                Put(pod, restless: true);
                break;
            case 3 when cluster.Etcd.Store.Peek(cluster.Keys.PodSpec(pod)) is { } present:
                // The same again: a new revision, and nothing else.
                Write(pod, Op.Put(present.Key, present.Value));
                break;
            default:
                Put(pod, restless: true);
                break;
        }
    }

    /// <summary>What never comes to rest is taken away, so that the rest can be seen to.</summary>
    public void CalmDown()
    {
        foreach (var pod in Pods)
            if (Wishes.TryGetValue(pod, out var wish) && wish.Accepted?.Fate == PodFate.Crashes)
                Put(pod, restless: false);
        foreach (var pod in Pods)
            if (Wishes.TryGetValue(pod, out var wish) && wish.Accepted?.Fate == PodFate.Crashes)
                Delete(pod);
    }

    public void DeleteAll()
    {
        foreach (var pod in Pods)
            Delete(pod);
    }

    private void Put(PodKey pod, bool restless)
    {
        var (value, wish) = _specs.Next(Wishes.GetValueOrDefault(pod), restless);
        Wishes[pod] = wish;
        cluster.World.Log("user", $"puts {pod}: {(wish.Valid ? $"{wish.Accepted!.Fate}, marker {wish.Accepted.Marker}, {wish.Accepted.Containers} containers" : "invalid")}");
        Write(pod, Op.Put(cluster.Keys.PodSpec(pod), value));
    }

    private void Delete(PodKey pod)
    {
        if (!Wishes.Remove(pod))
            return;
        cluster.World.Log("user", $"deletes {pod}");
        Write(pod, Op.Delete(cluster.Keys.PodSpec(pod)));
    }

    private void Write(PodKey pod, Op op) => cluster.Etcd.Store.Txn(new Txn { Then = [op] }, $"user ({pod})");
}
