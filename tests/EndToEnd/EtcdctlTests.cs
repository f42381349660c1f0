using System.Diagnostics;
using System.Text;
using Model;
using Model.Status;
using Testing;

namespace EndToEnd;

/// <summary>The whole way with the tools that people have: etcdctl puts, watches and deletes.</summary>
[Collection(SharedCluster.Name)]
public sealed class EtcdctlTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public Task A_watcher_of_the_status_prefix_sees_the_documented_sequence() => _cluster.TellAsync(async () =>
    {
        var spec = _cluster.Keys.PodSpec(LocalCluster.Key("told"));
        var status = _cluster.Keys.PodStatus(LocalCluster.Key("told"));
        using var watch = Start("watch", "--prefix", status);
        var seen = Task.Run(() => ReadUntilDeletedAsync(watch));
        try
        {
            // The watch stands when it has seen a first event of its own.
            await PutAsync(status + "/probe", "x");
            await PutAsync(spec, Pods.Web("told").Replace("IMAGE", _cluster.Image, StringComparison.Ordinal));
            var first = await _cluster.RunningAsync("told");
            await PutAsync(spec, Pods.Web("told", page: "/etc").Replace("IMAGE", _cluster.Image, StringComparison.Ordinal));
            await _cluster.StatusAsync("told", "runs its new spec", s => s.IsReady() && s.Uid != first.Uid);
            (await CommandLine.RunAsync("etcdctl", Arguments("del", spec), environment: Version3)).ExitCode.Should().Be(0);
            GoldenFile.Check("status-sequence.txt", string.Concat((await seen.WaitAsync(TimeSpan.FromSeconds(90))).Select(line => line + "\n")));
        }
        finally
        {
            watch.Kill();
            await _cluster.Etcd.TxnAsync(new Etcd.Txn { Then = [Etcd.Op.Delete(status + "/probe")] });
        }
    });

    private static readonly Dictionary<string, string> Version3 = new() { ["ETCDCTL_API"] = "3" };

    private string[] Arguments(params string[] arguments) => ["--endpoints", _cluster.EtcdServer.Endpoint.OriginalString, .. arguments];

    private async Task PutAsync(string key, string value) =>
        (await CommandLine.RunAsync("etcdctl", Arguments("put", key), value, Version3)).Out.Should().Be("OK\n");

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("etcdctl", Arguments(arguments)) { RedirectStandardOutput = true, Environment = { ["ETCDCTL_API"] = "3" } };
        return Process.Start(start) ?? throw new InvalidOperationException("etcdctl did not start");
    }

    /// <summary>Each step that differs from the one before, until the key is deleted. etcdctl writes PUT or DELETE, the key, the value.</summary>
    private static async Task<IReadOnlyList<string>> ReadUntilDeletedAsync(Process watch)
    {
        var steps = new List<string>();
        while (await watch.StandardOutput.ReadLineAsync() is { } kind)
        {
            if (kind is not ("PUT" or "DELETE"))
                continue;
            var key = await watch.StandardOutput.ReadLineAsync() ?? "";
            var value = await watch.StandardOutput.ReadLineAsync() ?? "";
            if (key.EndsWith("/probe", StringComparison.Ordinal))
                continue;
            var step = kind == "DELETE" ? "deleted" : Step(ModelJson.ReadPodStatus(Encoding.UTF8.GetBytes(value))!);
            if (steps.Count == 0 || steps[^1] != step)
                steps.Add(step);
            if (kind == "DELETE")
                break;
        }
        return steps;
    }

    private static string Step(PodStatus status) =>
        $"{status.Phase}{(status.Reason is { } reason ? $" {reason}" : "")}, incarnation {status.Attempt}, "
        + $"scheduled {status.Conditions.Find(ConditionTypes.Scheduled)?.Status.ToString() ?? "-"}, ready {status.Conditions.Find(ConditionTypes.Ready)?.Status.ToString() ?? "-"}";
}
