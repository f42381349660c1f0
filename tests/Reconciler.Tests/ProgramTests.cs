using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Testing;

namespace Reconciler.Tests;

/// <summary>The program as it stands beside these tests, run as people run it.</summary>
public sealed class ProgramTests : IDisposable
{
    private const int SigTerm = 15;
    private static readonly string Dll = Path.Combine(AppContext.BaseDirectory, "reconciler.dll");
    private readonly List<Process> _started = [];

    [Theory]
    [InlineData("reconciler: there is no --ectd; --help lists what there is", "--ectd", "http://127.0.0.1:1")]
    [InlineData("reconciler: one of --agent-path and --agent-file is needed: how machines get the node agent")]
    [InlineData("reconciler: --etcd: 'nonsense' is no http:// URL", "--etcd", "nonsense")]
    public async Task Bad_settings_end_it_with_one_line(string line, params string[] args)
    {
        var result = await CommandLine.RunAsync("dotnet", [Dll, .. args]);
        (result.ExitCode, result.Error.TrimEnd()).Should().Be((2, line));
        result.Out.Should().BeEmpty();
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_names_every_setting(string flag)
    {
        var result = await CommandLine.RunAsync("dotnet", [Dll, flag]);
        result.ExitCode.Should().Be(0);
        Host.ReconcilerSettings.Known.Should().OnlyContain(known => result.Out.Contains($"--{known.Name} ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_it_cannot_listen_it_ends_with_one_line(bool taken)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        // 192.0.2.1 is nobody's.
        var url = taken ? $"http://{other.LocalEndpoint}" : "http://192.0.2.1:8080";
        var result = await CommandLine.RunAsync("dotnet", [Dll, .. Flags(url)]);
        result.ExitCode.Should().Be(1);
        result.Error.TrimEnd().Should().NotContain("\n").And.StartWith("reconciler: ").And.Contain("--listen");
    }

    [Fact]
    public async Task Without_etcd_it_lives_says_what_is_missing_and_ends_in_order()
    {
        var (process, http) = await StartAsync(FreePort.Next());
        (await http.GetStringAsync("/healthz")).Should().Be("ok\n");
        await Eventually.TrueAsync("it says that etcd is away", async () =>
        {
            var answer = await http.GetAsync("/readyz");
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable
                && (await answer.Content.ReadAsStringAsync()) is var text && text.Contains("[-] etcd: ", StringComparison.Ordinal) && !text.Contains("not reached yet", StringComparison.Ordinal);
        });
        await EndsAsync(process);
    }

    [Fact]
    public async Task Without_mesos_it_leads_and_says_that_mesos_is_missing()
    {
        await using var etcd = await EtcdServer.StartAsync();
        var (process, http) = await StartAsync(etcd.Endpoint.Port);
        await Eventually.TrueAsync("it leads, without Mesos", async () =>
        {
            var answer = await http.GetAsync("/readyz");
            var text = await answer.Content.ReadAsStringAsync();
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable
                && text.Contains("[+] etcd: leading", StringComparison.Ordinal) && text.Contains("[-] mesos: ", StringComparison.Ordinal);
        });
        await EndsAsync(process);
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }

    private async Task<(Process Process, HttpClient Http)> StartAsync(int etcdPort)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var start = new ProcessStartInfo("dotnet", [Dll, .. Flags(url), "--etcd", $"http://127.0.0.1:{etcdPort}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _started.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var http = new HttpClient { BaseAddress = new Uri(url) };
        await Eventually.TrueAsync("it serves", async () => (await http.GetAsync("/healthz")).IsSuccessStatusCode);
        return (process, http);
    }

    private static string[] Flags(string listen) =>
        ["--agent-path", "/bin/true", "--listen", listen, "--mesos", $"http://127.0.0.1:{FreePort.Next()}"];

    private static async Task EndsAsync(Process process)
    {
        kill(process.Id, SigTerm).Should().Be(0);
        await process.WaitForExitAsync().WaitAsync(Eventually.DefaultDeadline);
        process.ExitCode.Should().Be(0);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
