using System.Diagnostics;
using Docker;
using Testing;

namespace Benchmarks;

/// <summary>Many pods at once, until all run, over the Engine's floor: the same containers by its API at the best concurrency.</summary>
internal static class Burst
{
    private static readonly int[] Concurrencies = [2, 4, 8, 16];

    public static async Task<Result> MeasureAsync(BenchCluster cluster, IDockerEngine docker, string image, int pods, int rounds)
    {
        var best = Concurrencies[0];
        var fastest = TimeSpan.MaxValue;
        foreach (var concurrency in Concurrencies)
        {
            var elapsed = await FloorAsync(docker, image, pods, concurrency);
            if (elapsed < fastest)
                (fastest, best) = (elapsed, concurrency);
        }
        var ours = new List<double>();
        var floors = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var specs = Enumerable.Range(0, pods).ToDictionary(n => $"burst-{n}", _ => BenchPod.Spec(image));
            ours.Add((await cluster.RunAsync(specs)).TotalMilliseconds);
            await cluster.DeleteAllAsync();
            floors.Add((await FloorAsync(docker, image, pods, best)).TotalMilliseconds);
        }
        return Result.OfPairs($"{pods} pods at once / Engine API at {best} at a time", ours, floors, "ms", "1.25");
    }

    private static async Task<TimeSpan> FloorAsync(IDockerEngine docker, string image, int count, int concurrency)
    {
        // Ports are found before the clock runs: the cluster's come with the offer.
        var ports = Enumerable.Range(0, count).Select(_ => FreePort.Next()).Distinct().ToList();
        while (ports.Count < count)
            ports.Add(FreePort.Next());
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = concurrency }, async (i, cancellation) =>
        {
            var id = await docker.CreateContainerAsync($"reconciler-bench-{i}", BenchPod.Container(image, ports[i]), cancellation);
            await docker.StartContainerAsync(id, cancellation);
        });
        var elapsed = Stopwatch.GetElapsedTime(start);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, cancellation) =>
            await docker.RemoveContainerAsync($"reconciler-bench-{i}", force: true, cancellation));
        return elapsed;
    }
}
