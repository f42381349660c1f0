using System.Globalization;

namespace Benchmarks;

/// <summary>What the programs take: resident memory with pods running, and CPU while nothing changes.</summary>
internal static class Footprint
{
    private static readonly string[] Programs = ["node-agent", "reconciler"];

    public static async Task<IReadOnlyList<Result>> MeasureAsync(BenchCluster cluster, string image, int pods, TimeSpan idle)
    {
        await cluster.RunAsync(Enumerable.Range(0, pods).ToDictionary(n => $"idle-{n}", _ => BenchPod.Spec(image)));
        var processes = Programs.Select(program => (Program: program, Pid: cluster.ProcessOf(program))).ToList();
        // Let what the start left to do be done, then look at a stretch in which nothing changes.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var before = processes.ToDictionary(p => p.Pid, p => CpuSeconds(p.Pid));
        await Task.Delay(idle, TimeProvider.System);
        var results = new List<Result>();
        foreach (var (program, pid) in processes)
        {
            results.Add(new Result($"{program}: resident memory with {pods} pods", ResidentMegabytes(pid), "MB", "80"));
            results.Add(new Result(
                $"{program}: CPU while nothing changes", (CpuSeconds(pid) - before[pid]) / idle.TotalSeconds * 100, "% of a core", "1"));
        }
        await cluster.DeleteAllAsync();
        return results;
    }

    private static double ResidentMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    private static double CpuSeconds(int pid)
    {
        const double ticksPerSecond = 100; // USER_HZ, the same on every Linux of x86-64
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / ticksPerSecond;
    }
}
