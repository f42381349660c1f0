using System.Diagnostics;
using System.Globalization;
using System.Text;
using Etcd;
using Model;
using Model.Keys;
using Model.Status;
using Testing;

namespace Benchmarks;

/// <summary>A cluster of the published programs, as `podctl dev` starts it, and an etcd client beside it.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly TempDirectory _state;
    private readonly Process _dev;

    private BenchCluster(TempDirectory state, Process dev, EtcdClient etcd, int etcdPort)
    {
        (_state, _dev, Etcd, EtcdPort) = (state, dev, etcd, etcdPort);
    }

    public EtcdClient Etcd { get; }
    public KeyLayout Keys { get; } = new();
    private int EtcdPort { get; }

    public static async Task<BenchCluster> StartAsync()
    {
        var state = new TempDirectory();
        var etcdPort = FreePort.Next();
        string[] arguments =
        [
            "dev", "--state-dir", state.Path, "--etcd-port", Text(etcdPort), "--mesos-port", Text(FreePort.Next()),
            "--agent-port", Text(FreePort.Next()), "--http-port", Text(FreePort.Next()),
        ];
        var dev = Process.Start(new ProcessStartInfo(Programs.Path("podctl"), arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("podctl did not start");
        dev.OutputDataReceived += static (_, _) => { };
        dev.BeginOutputReadLine();
        var etcd = new EtcdClient(new EtcdClientOptions { Endpoint = new Uri($"http://127.0.0.1:{etcdPort}") });
        var cluster = new BenchCluster(state, dev, etcd, etcdPort);
        await Eventually.TrueAsync("the cluster is ready", () => dev.HasExited
            ? throw new InvalidOperationException("podctl dev ended")
            : File.Exists(state["ready"]), TimeSpan.FromMinutes(1));
        return cluster;
    }

    /// <summary>From the acknowledged puts to the moment at which the last of the pods is seen Running in etcd.</summary>
    public async Task<TimeSpan> RunAsync(IReadOnlyDictionary<string, string> specs)
    {
        var waiting = specs.Keys.ToHashSet();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var revision = (await Etcd.RangeAsync(new RangeQuery { Key = Keys.Leader }, deadline.Token)).Revision;
        var running = WatchAsync();
        await Task.WhenAll(specs.Select(spec => Etcd.PutAsync(
            Keys.PodSpec(new PodKey("default", spec.Key)), Encoding.UTF8.GetBytes(spec.Value), cancellation: deadline.Token)));
        var acknowledged = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(acknowledged, await running);

        async Task<long> WatchAsync()
        {
            await foreach (var batch in Etcd.WatchAsync(WatchQuery.Prefix(Keys.PodStatuses, revision + 1), deadline.Token))
            {
                foreach (var change in batch.Events)
                {
                    if (ModelJson.ReadPodStatus(change.KeyValue.Value.Span) is { Phase: PodPhase.Running }
                        && KeyLayout.PodOf(change.KeyValue.Key, Keys.PodStatuses) is { } pod)
                    {
                        waiting.Remove(pod.Name);
                    }
                }
                if (waiting.Count == 0)
                    return Stopwatch.GetTimestamp();
            }
            throw new TimeoutException("the watch ended");
        }
    }

    public async Task DeleteAllAsync()
    {
        await Etcd.TxnAsync(new Txn { Then = [Op.DeletePrefix(Keys.PodSpecs)] });
        await Eventually.TrueAsync(
            "all pods are gone", async () => (await Etcd.ListAsync(Keys.PodStatuses)).KeyValues.Count == 0, TimeSpan.FromMinutes(2));
    }

    /// <summary>The process of one of our programs in this very cluster, told from others by etcd's port.</summary>
    public int ProcessOf(string program)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                var told = File.ReadAllText($"{folder}/cmdline") + File.ReadAllText($"{folder}/environ");
                if (File.ResolveLinkTarget($"{folder}/exe", false)?.Name == program && told.Contains($"127.0.0.1:{EtcdPort}", StringComparison.Ordinal))
                    return pid;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }
        throw new InvalidOperationException($"no process {program} in the cluster");
    }

    public async ValueTask DisposeAsync()
    {
        await DeleteAllAsync();
        await Etcd.DisposeAsync();
        using (var kill = Process.Start("kill", ["-TERM", Text(_dev.Id)]))
            await kill.WaitForExitAsync();
        await _dev.WaitForExitAsync();
        _dev.Dispose();
        _state.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
