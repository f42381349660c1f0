using Mesos.Resources;
using Model.Assignments;
using Model.Planning;
using Model.Status;
using Reconciler.Controllers;

namespace Reconciler.Scheduling;

/// <summary>What one agent's offers are used for.</summary>
public sealed record AgentPlan
{
    public required AgentOffer Offer { get; init; }
    /// <summary>Set where the machine has none yet: it is launched first.</summary>
    public NodeAssignment? NewNode { get; init; }
    public required ResourceBag NodeResources { get; init; }
    public required string ExecutorId { get; init; }
    /// <summary>What is left of the offers for pods.</summary>
    public required ResourceBag Free { get; init; }
}

/// <summary>Matches offers with node tasks and pending pods. What comes of it leaves nothing to choose.</summary>
public sealed class Matching(AgentExecutor executor, NodeController nodes)
{
    private const double BytesPerMegabyte = 1024 * 1024;

    /// <summary>The machines that can take pods; those with too little for even the executor are left out.</summary>
    public IReadOnlyList<AgentPlan> Prepare(IReadOnlyList<AgentOffer> offers) => [.. offers.Select(Prepare).OfType<AgentPlan>()];

    public static IReadOnlyList<PlacementResult> Match(IReadOnlyList<AgentPlan> agents, IReadOnlyList<PendingPod> pods) =>
        Placement.Place(pods, [.. agents.Select(Machine)]);

    /// <summary>The very resources of a pod, out of what is free; null where they are not there.</summary>
    public static ResourceBag? Take(ResourceBag free, Assignment pod)
    {
        var ports = RangeSet.Of(pod.Ports.Select(p => (ulong)p.HostPort));
        return free.Take("cpus", pod.CpuMilli / 1000d) is { } cpus
            && free.Take("mem", Megabytes(pod.MemoryBytes)) is { } memory
            && free.Take("ports", ports) is { } taken
                ? cpus + memory + taken
                : null;
    }

    private AgentPlan? Prepare(AgentOffer offer)
    {
        var current = nodes.Current(offer.AgentId);
        var fresh = current is null ? nodes.Next(offer) : null;
        if ((current ?? fresh) is not { } node)
            return null;
        // What may be taken away at any time, or is shared or a volume, is not for pods.
        var free = offer.Resources.Where(r => r.Revocable is null && r.Shared is null && r.Disk is null && r.ProviderId is null);
        if (!offer.ExecutorIds.Contains(node.ExecutorId))
        {
            if (!free.Contains(executor.Resources))
                return null;
            free -= executor.Resources;
        }
        var nodeResources = ResourceBag.Empty;
        if (fresh is not null)
        {
            if (free.Take("cpus", LaunchTasks.NodeTaskCpus) is not { } cpus || free.Take("mem", LaunchTasks.NodeTaskMegabytes) is not { } memory)
                return null;
            nodeResources = cpus + memory;
            free -= nodeResources;
        }
        return new AgentPlan
        {
            Offer = offer,
            NewNode = fresh,
            NodeResources = nodeResources,
            ExecutorId = node.ExecutorId,
            Free = free,
        };
    }

    private static Machine Machine(AgentPlan agent) => new()
    {
        AgentId = agent.Offer.AgentId,
        Hostname = agent.Offer.Hostname,
        CpuMilli = (long)Math.Round(agent.Free.Cpus * 1000),
        MemoryBytes = (long)(agent.Free.Mem * BytesPerMegabyte),
        Ports = [.. agent.Free.Ports.Ranges.Select(range => new PortRange((int)range.Begin, (int)range.End))],
    };

    /// <summary>In thousandths, rounded up, as Mesos counts.</summary>
    private static double Megabytes(long bytes) => Math.Ceiling(bytes / BytesPerMegabyte * 1000) / 1000;
}
