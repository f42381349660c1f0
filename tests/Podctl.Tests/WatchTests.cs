using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Etcd;
using Model.Keys;
using Model.Status;
using Testing;

namespace Podctl.Tests;

public sealed class WatchTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    private const int SigInt = 2;
    private static readonly TimeSpan LineDeadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_there_then_each_change_then_the_end_by_Ctrl_C()
    {
        await PutStatusAsync("hello", Statuses.Unschedulable());
        await PutStatusAsync("hidden", Statuses.Unschedulable(), "other");
        using var watch = Podctl.Start("watch", "pods");
        (await LineAsync(watch)).Should().Be("default/hello   Unschedulable   0/0   restarts 0   -   -   no machine has 64 cpus; the best is 192.0.2.7 with 8");
        await PutStatusAsync("hello", Statuses.Running(Statuses.Noon));
        (await LineAsync(watch)).Should().Be("default/hello   Running   1/1   restarts 2   192.0.2.7   31000->8080");
        await Client.DeleteAsync(Keys.PodStatus(new PodKey("default", "hello")));
        (await LineAsync(watch)).Should().Be("default/hello   deleted");
        kill(watch.Id, SigInt).Should().Be(0);
        await watch.WaitForExitAsync().WaitAsync(LineDeadline);
        watch.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task For_programs_a_line_of_JSON_each()
    {
        using var watch = Podctl.Start("watch", "pods", "hello", "-o", "json");
        try
        {
            await PutStatusAsync("other", Statuses.Unschedulable());
            var revision = await PutStatusAsync("hello", Statuses.Running(Statuses.Noon));
            using (var put = JsonDocument.Parse(await LineAsync(watch)))
            {
                put.RootElement.GetProperty("type").GetString().Should().Be("PUT");
                put.RootElement.GetProperty("revision").GetInt64().Should().Be(revision);
                put.RootElement.GetProperty("name").GetString().Should().Be("hello");
                put.RootElement.GetProperty("status").GetProperty("phase").GetString().Should().Be("Running");
            }
            await Client.DeleteAsync(Keys.PodStatus(new PodKey("default", "hello")));
            using var deleted = JsonDocument.Parse(await LineAsync(watch));
            deleted.RootElement.GetProperty("type").GetString().Should().Be("DELETE");
            deleted.RootElement.TryGetProperty("status", out _).Should().BeFalse();
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task Goes_on_when_etcd_was_away()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = new EtcdClient(new EtcdClientOptions { Endpoint = server.Endpoint });
        var key = Keys.PodStatus(new PodKey("default", "hello"));
        await client.PutAsync(key, Model.ModelJson.Write(new PodStatus()));
        using var watch = new PodctlProgram(server.Endpoint.OriginalString, Keys.Prefix).Start("watch", "pods");
        try
        {
            (await LineAsync(watch)).Should().Contain("Pending");
            await server.KillAsync();
            await server.StartAgainAsync();
            await client.PutAsync(key, Model.ModelJson.Write(Statuses.Running(Statuses.Noon)));
            (await LineAsync(watch)).Should().Contain("Running");
        }
        finally
        {
            watch.Kill();
        }
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(LineDeadline)
            ?? throw new InvalidOperationException($"podctl ended: {await process.StandardError.ReadToEndAsync()}");

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
