using Simulation.Cluster;
using Simulation.World;

namespace Simulation.Scenarios;

/// <summary>Which faults a scenario may know.</summary>
public sealed record FaultKinds
{
    public bool ControlPlane { get; init; }
    public bool Etcd { get; init; }
    public bool Messages { get; init; }
    /// <summary>Executors, agents, Docker: what may cost a healthy container its life.</summary>
    public bool Machines { get; init; }
}

/// <summary>What goes wrong, each for a while; <see cref="StopAll"/> ends all of it.</summary>
internal sealed class FaultScript(SimCluster cluster, Random random, FaultKinds kinds)
{
    private readonly List<Action> _repairs = [];

    private SimWorld World => cluster.World;

    public void DoSomething()
    {
        var possible = new List<Action>();
        if (kinds.ControlPlane)
            possible.AddRange([KillReconciler, KillReconciler, EndReconciler, PauseReconciler, CutReconcilerOff]);
        if (kinds.Etcd)
            possible.AddRange([CrashEtcd, CompactEtcd, RevokeLeadersLease]);
        if (kinds.Messages)
            possible.AddRange([BadWeather, BadWeather, BreakStreams]);
        if (kinds.Machines)
            possible.AddRange([KillExecutor, KillExecutor, RestartMesosAgent, HangDocker]);
        if (possible.Count > 0)
            possible[random.Next(possible.Count)]();
    }

    public void StopAll()
    {
        foreach (var repair in _repairs.ToList())
            repair();
        cluster.SetWeather(Weather.Fair);
        foreach (var reconciler in cluster.Reconcilers)
            reconciler.Start();
    }

    /// <summary>Something that is repaired after a while, or with everything else at the end.</summary>
    private void For(double fromSeconds, double toSeconds, Action repair)
    {
        void Once()
        {
            if (_repairs.Remove(Once))
                repair();
        }

        _repairs.Add(Once);
        World.After(TimeSpan.FromSeconds(fromSeconds + random.NextDouble() * (toSeconds - fromSeconds)), Once);
    }

    private SimReconciler AnyReconciler() => cluster.Reconcilers[random.Next(cluster.Reconcilers.Count)];

    private void KillReconciler()
    {
        var reconciler = AnyReconciler();
        reconciler.Process?.Kill("SIGKILL");
        For(0.1, 12, reconciler.Start);
    }

    private void EndReconciler()
    {
        var reconciler = AnyReconciler();
        World.Log("script", $"SIGTERM to {reconciler.Process?.Name}");
        reconciler.End();
        For(0.5, 12, reconciler.Start);
    }

    /// <summary>Past its lease, or just not.</summary>
    private void PauseReconciler()
    {
        var process = AnyReconciler().Process;
        if (process is not { IsRunning: true })
            return;
        process.Stop();
        For(1, 15, process.Continue);
    }

    private void CutReconcilerOff()
    {
        var reconciler = AnyReconciler();
        if (!reconciler.IsAlive)
            return;
        var link = random.Next(2) == 0 ? reconciler.Etcd!.Link : reconciler.Mesos!.Link;
        World.Log("script", $"{reconciler.Process!.Name} is cut off from {(link == reconciler.Etcd!.Link ? "etcd" : "mesos")}");
        link.IsDown = true;
        For(0.5, 15, () => link.IsDown = false);
    }

    private void CrashEtcd()
    {
        if (cluster.Etcd.IsDown)
            return;
        cluster.Etcd.Crash();
        For(0.2, 20, cluster.Etcd.Restart);
    }

    /// <summary>By an operator, or by etcd itself (3.4 can lose a lease that is kept): the leader learns of it later.</summary>
    private void RevokeLeadersLease()
    {
        if (cluster.Etcd.IsDown || cluster.Etcd.Store.Peek(cluster.Keys.Leader) is not { LeaseId: not 0 and var lease })
            return;
        World.Log("script", "the leader's lease is revoked");
        cluster.Checks.LeaseWasRevoked();
        cluster.Etcd.Store.Revoke(lease, "script");
    }

    private void CompactEtcd()
    {
        var store = cluster.Etcd.Store;
        var at = Math.Max(1, store.Revision - random.Next(6));
        if (at <= store.CompactRevision)
            return;
        World.Log("script", $"compacts etcd at r{at}");
        store.Compact(at);
    }

    private void BadWeather()
    {
        cluster.SetWeather(new Weather
        {
            Etcd = new LinkFaults
            {
                LoseRequest = random.NextDouble() * 0.15,
                LoseReply = random.NextDouble() * 0.15,
                Late = random.NextDouble() * 0.05,
                Slow = random.NextDouble() * 0.3,
            },
            Mesos = new LinkFaults
            {
                LoseRequest = random.NextDouble() * 0.15,
                LoseReply = random.NextDouble() * 0.15,
                Slow = random.NextDouble() * 0.3,
            },
            Docker = kinds.Machines
                ? new LinkFaults
                {
                    LoseRequest = random.NextDouble() * 0.1,
                    LoseReply = random.NextDouble() * 0.1,
                    Refuse = random.NextDouble() * 0.1,
                    Slow = random.NextDouble() * 0.3,
                }
                : LinkFaults.None,
            DuplicateEvents = random.NextDouble() * 0.3,
        });
        For(2, 20, () => cluster.SetWeather(Weather.Fair));
    }

    private void BreakStreams()
    {
        foreach (var reconciler in cluster.Reconcilers.Where(r => r.IsAlive && random.Next(2) == 0))
            reconciler.Mesos!.BreakStream("reset");
        foreach (var agent in cluster.NodeAgents.Where(_ => random.Next(2) == 0).ToList())
            agent.Mesos.BreakStream("reset");
    }

    private void KillExecutor()
    {
        var agents = cluster.NodeAgents.ToList();
        if (agents.Count == 0)
            return;
        cluster.Checks.MachinesWereHarmed = true;
        agents[random.Next(agents.Count)].Process.Kill("SIGKILL");
    }

    private void RestartMesosAgent()
    {
        var agent = random.Next(cluster.AgentCount);
        if (!_down.Add(agent))
            return;
        cluster.Checks.MachinesWereHarmed = true;
        cluster.Mesos.AgentDown(agent);
        // Now and then for so long that the master gives it up.
        For(0.2, random.Next(4) == 0 ? 150 : 10, () =>
        {
            _down.Remove(agent);
            cluster.Mesos.AgentUp(agent);
        });
    }

    private readonly HashSet<int> _down = [];

    private void HangDocker()
    {
        var agents = cluster.NodeAgents.ToList();
        if (agents.Count == 0)
            return;
        cluster.Checks.MachinesWereHarmed = true;
        var link = agents[random.Next(agents.Count)].Docker.Link;
        World.Log("script", "a Docker hangs");
        link.IsDown = true;
        For(0.5, 45, () => link.IsDown = false);
    }
}
