using System.Globalization;
using Model.Keys;
using Model.Pods;
using Model.Status;

namespace Model.Planning;

/// <summary>A pod that wants a machine.</summary>
public sealed record PendingPod(PodKey Key, string Uid, PodSpec Spec, long SpecCreateRevision);

/// <summary>Where a pod goes, with every port decided; or why nowhere.</summary>
public abstract record PlacementResult(PendingPod Pod)
{
    public sealed record Placed(PendingPod Pod, string AgentId, IReadOnlyList<PortStatus> Ports) : PlacementResult(Pod);

    public sealed record Unplaced(PendingPod Pod, string Why) : PlacementResult(Pod);
}

/// <summary>
/// Matches pending pods with machines, oldest spec first, each onto the machine that has the most left: pods spread. The same
/// input gives the same result.
/// </summary>
public static class Placement
{
    public static IReadOnlyList<PlacementResult> Place(IReadOnlyList<PendingPod> pods, IReadOnlyList<Machine> machines)
    {
        var states = machines.OrderBy(m => m.AgentId, StringComparer.Ordinal).Select(m => new MachineState(m)).ToList();
        return [.. pods.OrderBy(p => p.SpecCreateRevision).ThenBy(p => p.Key).Select(pod => PlaceOne(pod, states))];
    }

    private static PlacementResult PlaceOne(PendingPod pod, List<MachineState> machines)
    {
        var fitting = machines.Where(m => PlacementChecks.All.All(check => check.Check(pod.Spec, m)));
        var best = fitting.MaxBy(m => (m.CpuMilli, m.MemoryBytes));
        return best is null ? new PlacementResult.Unplaced(pod, Explain(pod.Spec, machines)) : Take(pod, best);
    }

    private static PlacementResult.Placed Take(PendingPod pod, MachineState machine)
    {
        machine.Take(PodDemand.CpuMilli(pod.Spec), PodDemand.MemoryBytes(pod.Spec));
        foreach (var port in PlacementChecks.FixedPorts(pod.Spec))
            machine.TakePort(port);
        var start = uint.Parse(pod.Uid.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var ports = pod.Spec.Containers.SelectMany(container => container.Ports.Select(port => new PortStatus
        {
            Container = container.Name,
            Name = port.Name,
            ContainerPort = port.Port,
            HostPort = port.HostPort != 0 ? port.HostPort : machine.TakeAnyPort(start),
            Protocol = port.Protocol,
        })).ToList();
        return new PlacementResult.Placed(pod, machine.Machine.AgentId, ports);
    }

    /// <summary>The machine that fails the fewest checks stands for all: it is the one that people can do something about.</summary>
    private static string Explain(PodSpec pod, List<MachineState> machines)
    {
        if (machines.Count == 0)
            return "no machine offers anything";
        var (best, failed) = machines
            .Select(m => (Machine: m, Failed: PlacementChecks.All.Where(check => !check.Check(pod, m)).ToList()))
            .OrderBy(candidate => candidate.Failed.Count)
            .ThenByDescending(candidate => candidate.Machine.CpuMilli)
            .First();
        var reasons = string.Join("; ", failed.Select(check => check.Explain(pod, best)));
        return $"no machine of {machines.Count} can take it; the best candidate is {best.Machine.Hostname}: {reasons}";
    }
}
