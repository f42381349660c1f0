using System.Diagnostics;
using Docker;
using Testing;

namespace Benchmarks;

/// <summary>One pod at a time: put acknowledged → Running seen in etcd, over `docker run -d` of the same container, in turn.</summary>
internal static class StartLatency
{
    public static async Task<Result> MeasureAsync(BenchCluster cluster, IDockerEngine docker, string image, int pairs)
    {
        var ours = new List<double>();
        var peers = new List<double>();
        for (var i = -1; i < pairs; i++)
        {
            var pod = await cluster.RunAsync(new Dictionary<string, string> { ["bench"] = BenchPod.Spec(image) });
            await cluster.DeleteAllAsync();
            var peer = await DockerRunAsync(docker, image);
            // The first pair warms both up.
            if (i < 0)
                continue;
            ours.Add(pod.TotalMilliseconds);
            peers.Add(peer.TotalMilliseconds);
        }
        return Result.OfPairs("put → Running / docker run -d", ours, peers, "ms", "1.3");
    }

    private static async Task<TimeSpan> DockerRunAsync(IDockerEngine docker, string image)
    {
        const string name = "reconciler-bench-peer";
        await docker.RemoveContainerAsync(name, force: true);
        var start = Stopwatch.GetTimestamp();
        using (var run = Process.Start(new ProcessStartInfo("docker", BenchPod.RunArguments(name, image, FreePort.Next()))
        { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("docker did not start"))
        {
            await run.WaitForExitAsync();
            if (run.ExitCode != 0)
                throw new InvalidOperationException($"docker run ended with {run.ExitCode}");
        }
        var elapsed = Stopwatch.GetElapsedTime(start);
        await docker.RemoveContainerAsync(name, force: true);
        return elapsed;
    }
}
