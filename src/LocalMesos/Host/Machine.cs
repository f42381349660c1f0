using System.Globalization;
using Mesos.Resources;

namespace LocalMesos.Host;

/// <summary>What this machine has to give: agents share it evenly, and each has ports of its own.</summary>
internal static class Machine
{
    private const long Megabyte = 1 << 20;
    private const int FirstPort = 31000;
    private const int PortsPerAgent = 1000;

    public static ResourceBag Resources(int agent, int agents, string workDirectory)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte;
        // As Mesos does: a gigabyte stays with the system, or half where there is little.
        memory -= Math.Min(1024, memory / 2);
        var disk = DiskOf(workDirectory);
        disk -= Math.Min(5 * 1024, disk / 2);
        var first = FirstPort + agent * PortsPerAgent;
        // Past the last port agents share again: such many agents are for trials that open none.
        if (first + PortsPerAgent > ushort.MaxValue)
            first = FirstPort;
        return ResourceText.Parse(string.Create(CultureInfo.InvariantCulture,
            $"cpus:{(double)Environment.ProcessorCount / agents:0.###};mem:{memory / agents};disk:{disk / agents};ports:[{first}-{first + PortsPerAgent - 1}]"));
    }

    private static long DiskOf(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing) ?? "/";
        return new DriveInfo(existing).AvailableFreeSpace / Megabyte;
    }
}
