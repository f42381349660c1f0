using System.Globalization;
using System.Text;
using Simulation.Checks;
using Simulation.Cluster;
using Simulation.PlantedBugs;
using Simulation.World;

namespace Simulation.Scenarios;

/// <summary>How a run ended: what was wrong (null: nothing), and what replays it.</summary>
public sealed record Outcome(int Seed, string? Failure, string TraceHash, long Steps, TimeSpan VirtualTime, string Story);

/// <summary>
/// One seed's story: people and faults for a while; then faults stop and specs stand, and all must become as wanted, and silent;
/// then every spec is deleted, and nothing may be left.
/// </summary>
public static class Scenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan SilenceTime = TimeSpan.FromMinutes(2);

    /// <param name="whole">Tell the whole story, and tell it though nothing failed.</param>
    public static Outcome Run(int seed, Bugs? bugs = null, bool whole = false)
    {
        var world = whole ? new SimWorld(seed, int.MaxValue) : new SimWorld(seed);
        try
        {
            Play(world, bugs ?? Bugs.None);
            return Tell(world, null);
        }
        catch (SimulationException e)
        {
            return Tell(world, e.InnerException is null ? e.Message : $"{e.Message}\n{e.InnerException}");
        }
    }

    private static void Play(SimWorld world, Bugs bugs)
    {
        var random = world.RandomFor("scenario");
        var kinds = new FaultKinds
        {
            ControlPlane = random.Next(3) > 0,
            Etcd = random.Next(3) > 0,
            Messages = random.Next(3) > 0,
            Machines = random.Next(2) > 0,
        };
        var cluster = new SimCluster(world, agents: random.Next(1, 4), shared: random.Next(3) == 0, reconcilers: random.Next(1, 3), bugs);
        world.Log("script", $"{cluster.AgentCount} agents on {cluster.Machines.Count} machines, {cluster.Reconcilers.Count} reconcilers, {kinds}");
        var users = new UserScript(cluster, random);
        var faults = new FaultScript(cluster, random, kinds);
        foreach (var reconciler in cluster.Reconcilers)
            reconciler.Start();

        var until = world.Elapsed + TimeSpan.FromSeconds(20 + random.Next(70));
        Often(world, random, until, 6, users.DoSomething);
        Often(world, random, until, 10, faults.DoSomething);
        world.RunFor(until - world.Elapsed);

        world.Log("script", "faults stop, and specs stand");
        faults.StopAll();
        users.CalmDown();
        MustComeToRest(cluster, "desired and observed become equal");

        world.Log("script", "every spec is deleted");
        users.DeleteAll();
        MustComeToRest(cluster, "nothing is left of deleted specs");
    }

    private static void Often(SimWorld world, Random random, TimeSpan until, double everySeconds, Action action)
    {
        void Next()
        {
            if (world.Elapsed >= until)
                return;
            action();
            world.After(TimeSpan.FromSeconds(random.NextDouble() * 2 * everySeconds), Next);
        }

        world.After(TimeSpan.FromSeconds(random.NextDouble() * everySeconds), Next);
    }

    private static void MustComeToRest(SimCluster cluster, string what)
    {
        var world = cluster.World;
        var convergence = new Convergence(cluster);
        var silence = new Silence(cluster);
        var deadline = world.Elapsed + Patience;
        string? why;
        do
        {
            world.RunFor(TimeSpan.FromSeconds(1));
            why = convergence.NotYet();
            if (why is null)
            {
                silence.Begin();
                world.RunFor(SilenceTime);
                why = convergence.NotYet() ?? silence.Broken();
            }
        }
        while (why is not null && world.Elapsed < deadline);
        if (why is not null)
            throw new SimulationException($"{what}: not within {Patience.TotalMinutes:0} minutes: {why}");
        world.Log("script", $"holds: {what}");
    }

    private static Outcome Tell(SimWorld world, string? failure)
    {
        var story = new StringBuilder().AppendJoin('\n', world.Trace.Lines).AppendLine().AppendLine();
        story.AppendLine(CultureInfo.InvariantCulture,
            $"SEED={world.Seed} {(failure is null ? "came to rest" : "failed")} at {world.Elapsed.TotalSeconds:0.000} s: {failure}");
        return new Outcome(world.Seed, failure, world.Trace.Hash, world.Steps, world.Elapsed, story.ToString());
    }
}
