using System.Diagnostics;
using System.Globalization;
using Docker;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Testing;

namespace EndToEnd;

/// <summary>`podctl dev`, which `make run` stands on: it starts everything, and SIGTERM leaves nothing.</summary>
public sealed class PodctlDevTests
{
    [Fact]
    public async Task Dev_starts_a_cluster_and_SIGTERM_leaves_no_process_and_no_container()
    {
        using var files = new TempDirectory();
        var etcdPort = FreePort.Next();
        var endpoint = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{etcdPort}");
        using var dev = Process.Start(new ProcessStartInfo(Programs.Path("podctl"), [
            "dev", "--state-dir", files.Path, "--etcd-port", Text(etcdPort), "--mesos-port", Text(FreePort.Next()),
            "--agent-port", Text(FreePort.Next()), "--http-port", Text(FreePort.Next())])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            await Eventually.TrueAsync("the cluster is ready", () => File.Exists(files["ready"]) || dev.HasExited, TimeSpan.FromSeconds(90));
            dev.HasExited.Should().BeFalse();
            await using var docker = await DockerDaemon.ConnectAsync();
            var image = await BusyboxImage.EnsureAsync(docker);
            var spec = files["hello.yaml"];
            await File.WriteAllTextAsync(spec, Pods.Web("hello").Replace("IMAGE", image, StringComparison.Ordinal));
            (await CommandLine.RunAsync(Programs.Path("podctl"), ["apply", "-f", spec, "--etcd", endpoint])).Out.Should().Be("pod default/hello created\n");
            await Eventually.TrueAsync("podctl shows it running", async () =>
                (await CommandLine.RunAsync(Programs.Path("podctl"), ["get", "pods", "--etcd", endpoint])).Out.Contains("Running", StringComparison.Ordinal), TimeSpan.FromSeconds(90));
            var framework = await FrameworkIdAsync(endpoint);
            (await ContainersAsync(docker, framework)).Should().NotBeEmpty();

            Signals.Send(dev.Id, Signals.Terminate);
            await dev.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
            dev.ExitCode.Should().Be(0, await dev.StandardError.ReadToEndAsync());
            (await ContainersAsync(docker, framework)).Should().BeEmpty();
            ProcessTable.WithInArguments(files.Path).Should().BeEmpty("every program of the cluster has the folder in its arguments");
            ProcessTable.WithInEnvironment(files.Path).Should().BeEmpty("so has every executor in its environment");
        }
        finally
        {
            if (!dev.HasExited)
                Signals.Send(dev.Id, Signals.Terminate);
            await dev.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        }
    }

    private static async Task<string> FrameworkIdAsync(string endpoint)
    {
        await using var etcd = new EtcdClient(new EtcdClientOptions { Endpoint = new Uri(endpoint) });
        return ModelJson.ReadFrameworkRecord((await etcd.GetAsync(new KeyLayout().Framework))!.Value.Span)!.Id;
    }

    private static Task<IReadOnlyList<ContainerSummary>> ContainersAsync(DockerEngine docker, string framework) =>
        docker.ListContainersAsync([$"{ContainerLabels.FrameworkId}={framework}"]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
