using System.Globalization;
using Model.Pods;

namespace Model.Planning;

/// <summary>A rule of placement: its name, whether it holds on a machine, and what it says where it does not.</summary>
public sealed record PlacementCheck(
    string Name, Func<PodSpec, MachineState, bool> Check, Func<PodSpec, MachineState, string> Explain);

/// <summary>All rules of placement, in one table.</summary>
public static class PlacementChecks
{
    public static IReadOnlyList<PlacementCheck> All { get; } =
    [
        new("cpus",
            (pod, machine) => PodDemand.CpuMilli(pod) <= machine.CpuMilli,
            (pod, machine) => $"asks {Cpus(PodDemand.CpuMilli(pod))} cpus, has {Cpus(machine.CpuMilli)}"),
        new("memory",
            (pod, machine) => PodDemand.MemoryBytes(pod) <= machine.MemoryBytes,
            (pod, machine) => $"asks {Mebi(PodDemand.MemoryBytes(pod))} of memory, has {Mebi(machine.MemoryBytes)}"),
        new("host ports",
            (pod, machine) => FixedPorts(pod).All(machine.HasPort),
            (pod, machine) => $"host port {string.Join(", ", FixedPorts(pod).Where(port => !machine.HasPort(port)))} is not among what is free there"),
        new("ports",
            (pod, machine) => PortCount(pod) <= machine.FreePortCount,
            (pod, machine) => $"asks {PortCount(pod)} ports, has {machine.FreePortCount}"),
    ];

    public static IEnumerable<int> FixedPorts(PodSpec pod) =>
        pod.Containers.SelectMany(c => c.Ports).Where(p => p.HostPort != 0).Select(p => p.HostPort).Distinct();

    private static int PortCount(PodSpec pod) =>
        pod.Containers.Sum(c => c.Ports.Count(p => p.HostPort == 0)) + FixedPorts(pod).Count();

    private static string Cpus(long milli) => (milli / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Mebi(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 1048576m)}Mi");
}
