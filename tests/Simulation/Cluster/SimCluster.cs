using LocalMesos.Core;
using Mesos.V1;
using Model.Keys;
using NodeAgent.Agent;
using Reconciler.Control;
using Simulation.Checks;
using Simulation.PlantedBugs;
using Simulation.Store;
using Simulation.World;

namespace Simulation.Cluster;

/// <summary>A whole cluster in one world: one etcd, a master with an agent on each machine, and the product's own loops on top.</summary>
public sealed class SimCluster
{
    private const string AgentPath = "/usr/local/bin/node-agent";

    private Weather _weather = Weather.Fair;
    private int _agentRuns;

    /// <param name="shared">All agents on one machine, with one Docker between them, as `local-mesos --agents N` has it.</param>
    public SimCluster(SimWorld world, int agents, bool shared, int reconcilers, Bugs bugs)
    {
        World = world;
        Bugs = bugs;
        Etcd = new SimEtcdServer(world);
        Mesos = new SimMesos(world, new MesosCoreOptions(), StartNodeAgent);
        Machines = [.. Enumerable.Range(0, shared ? 1 : agents).Select(i => new SimMachine(world, i))];
        AgentCount = agents;
        for (var i = 0; i < agents; i++)
            Mesos.AddAgent(new AgentOptions { Hostname = $"machine-{(shared ? 0 : i)}", Port = 5051 + i, Resources = ResourcesOf(i) });
        Checks = new ClusterChecks(this);
        Reconcilers = [.. Enumerable.Range(0, reconcilers).Select(i => new SimReconciler(this, i))];
    }

    public SimWorld World { get; }
    public Bugs Bugs { get; }
    public KeyLayout Keys { get; } = new();
    public SimEtcdServer Etcd { get; }
    public SimMesos Mesos { get; }
    public IReadOnlyList<SimMachine> Machines { get; }
    public int AgentCount { get; }
    public IReadOnlyList<SimReconciler> Reconcilers { get; }
    public ClusterChecks Checks { get; }

    public IEnumerable<SimNodeAgent> NodeAgents => Machines.SelectMany(m => m.Agents).Where(a => a.Process.IsAlive);

    public void SetWeather(Weather weather)
    {
        World.Log("weather", weather.ToString());
        _weather = weather;
        foreach (var reconciler in Reconcilers.Where(r => r.IsAlive))
            Dress(reconciler.Etcd!, reconciler.Mesos!);
        foreach (var agent in NodeAgents)
            Dress(agent);
    }

    internal static ControlPlaneOptions OptionsOf(string identity) => new()
    {
        Identity = identity,
        Agent = new AgentSource { Path = AgentPath, EtcdEndpoint = "http://127.0.0.1:2379" },
    };

    internal void Dress(SimEtcd etcd, SimScheduler mesos)
    {
        (etcd.Link.Faults, etcd.DuplicateEvents) = (_weather.Etcd, _weather.DuplicateEvents);
        mesos.Link.Faults = _weather.Mesos;
    }

    private void Dress(SimNodeAgent agent)
    {
        (agent.Etcd.Link.Faults, agent.Etcd.DuplicateEvents) = (_weather.Etcd, _weather.DuplicateEvents);
        agent.Mesos.Link.Faults = _weather.Mesos;
        agent.Docker.Link.Faults = _weather.Docker;
    }

    private static List<Resource> ResourcesOf(int agent) =>
    [
        new() { Name = "cpus", Type = Value.Types.Type.Scalar, Scalar = new() { Value = 4 } },
        new() { Name = "mem", Type = Value.Types.Type.Scalar, Scalar = new() { Value = 2048 } },
        new() { Name = "disk", Type = Value.Types.Type.Scalar, Scalar = new() { Value = 10000 } },
        new() { Name = "ports", Type = Value.Types.Type.Ranges, Ranges = new() { Range = { new Value.Types.Range { Begin = (ulong)(31000 + 20 * agent), End = (ulong)(31019 + 20 * agent) } } } },
    ];

    private SimProcess StartNodeAgent(Effect.StartExecutor start)
    {
        var machine = Machines[Math.Min(start.Agent, Machines.Count - 1)];
        var process = new SimProcess(World, $"agent-{start.Agent}.{++_agentRuns}");
        World.Log(process.Name, $"starts as {start.Executor.ExecutorId.Value}");
        var options = SimNodeAgentOptions.From(start);
        var agent = new SimNodeAgent(
            process, Mesos.ExecutorOf(process, start.Agent, options.FrameworkId, options.ExecutorId),
            new Engine.SimDocker(machine.Docker, process), Etcd.ClientOf(process));
        Dress(agent);
        agent.Docker.Removing += container => Checks.Removing(machine, process, container);
        machine.Agents.Add(agent);
        process.Died += () =>
        {
            machine.Agents.Remove(agent);
            Checks.NodeAgentEnded(process);
        };
        var edges = Bugs.Plant(new NodeAgentEdges
        {
            Mesos = agent.Mesos,
            Docker = agent.Docker,
            Etcd = agent.Etcd,
            Locks = machine.LocksOf(process),
            Time = process.Time,
            Random = process.Random,
            Logs = new SimLogs(process),
        });
        process.Start(async () => $"{await new NodeAgentLoop(edges, options).RunAsync(CancellationToken.None)}");
        return process;
    }
}
