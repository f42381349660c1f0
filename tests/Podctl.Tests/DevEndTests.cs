using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Docker;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Testing;

namespace Podctl.Tests;

/// <summary>How `podctl dev` ends when etcd is the first to fail. Around a real etcd, the programs are web servers that say "ready".</summary>
public sealed class DevEndTests : IDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _files = new();
    private readonly string _framework = Guid.NewGuid().ToString();

    [Theory]
    [InlineData(SigStop)]
    [InlineData(SigKill)]
    public async Task Without_etcd_no_program_and_no_container_is_left(int signalToEtcd)
    {
        await using var docker = await DockerDaemon.ConnectAsync();
        var container = await docker.CreateContainerAsync($"podctl-test-{_framework}", new ContainerConfig
        {
            Image = await BusyboxImage.EnsureAsync(docker),
            Labels = new Dictionary<string, string> { [ContainerLabels.FrameworkId] = _framework },
        });
        var etcdPort = FreePort.Next();
        using var dev = StartDev(etcdPort);
        try
        {
            var etcd = await Eventually.GetAsync("etcd serves", async () => await PutFrameworkAsync(etcdPort) ? Etcds() : null);
            etcd.Should().ContainSingle();
            await File.WriteAllTextAsync(_files["readyz"], "ok");
            await Eventually.TrueAsync("the cluster is ready", () => File.Exists(_files["ready"]), Deadline);

            kill(etcd[0], signalToEtcd).Should().Be(0);
            // It may have noticed a killed one already, and be ending.
            _ = kill(dev.Id, SigTerm);
            await dev.WaitForExitAsync().WaitAsync(Deadline);

            ProcessTable.WithInArguments(_files.Path).Should().BeEmpty();
            (await docker.ListContainersAsync([$"{ContainerLabels.FrameworkId}={_framework}"])).Should().BeEmpty();
            (await dev.StandardError.ReadToEndAsync()).Should().NotContain("   at ");
        }
        finally
        {
            if (!dev.HasExited)
                dev.Kill();
            foreach (var left in ProcessTable.WithInArguments(_files.Path))
                _ = kill(left, SigKill);
            await docker.RemoveContainerAsync(container, force: true);
        }
    }

    public void Dispose() => _files.Dispose();

    private Process StartDev(int etcdPort)
    {
        // They serve /health, and /readyz once it is there, out of the state folder.
        File.WriteAllText(_files["health"], "ok");
        var (mesos, http) = (Text(FreePort.Next()), Text(FreePort.Next()));
        WriteProgram("local-mesos", mesos);
        WriteProgram("reconciler", http);
        WriteProgram("node-agent", http);
        return new PodctlProgram(null, null).Start(
            "dev", "--programs", _files.Path, "--state-dir", _files.Path, "--etcd-port", Text(etcdPort),
            "--mesos-port", mesos, "--agent-port", Text(FreePort.Next()), "--http-port", http);
    }

    private void WriteProgram(string name, string port)
    {
        File.WriteAllText(_files[name], $"#!/bin/sh\nexec busybox httpd -f -p 127.0.0.1:{port} -h '{_files.Path}'\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_files[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<bool> PutFrameworkAsync(int etcdPort)
    {
        await using var client = new EtcdClient(new EtcdClientOptions { Endpoint = new Uri($"http://127.0.0.1:{Text(etcdPort)}") });
        return await client.PutAsync(new KeyLayout().Framework, ModelJson.Write(new FrameworkRecord(_framework, []))) > 0;
    }

    private IReadOnlyList<int> Etcds() => ProcessTable.WithInArguments($"--data-dir={_files["etcd"]}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
