using System.Globalization;
using System.Text;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using Testing;

namespace Podctl.Tests;

public sealed class GetTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    [Theory]
    [InlineData("get-pods.txt")]
    [InlineData("get-pods-wide.txt", "-o", "wide")]
    [InlineData("get-pods-all.txt", "-A")]
    [InlineData("get-pods-name.txt", "-o", "name")]
    public async Task Tables(string golden, params string[] arguments)
    {
        await SeedAsync();
        var result = await Podctl.RunAsync(["get", "pods", .. arguments]);
        result.Error.Should().BeEmpty();
        result.ExitCode.Should().Be(0);
        GoldenFile.Check(golden, result.Out);
    }

    [Theory]
    [InlineData("get-pod.json", "json")]
    [InlineData("get-pod.yaml", "yaml")]
    public async Task One_pod_for_programs(string golden, string format)
    {
        var revision = await PutSpecAsync("hello", HelloSpec);
        await PutStatusAsync("hello", Statuses.Running(Statuses.Noon));
        var result = await Podctl.RunAsync("get", "pod", "hello", "-o", format);
        result.Error.Should().BeEmpty();
        GoldenFile.Check(golden, result.Out.Replace($"\"{revision.ToString(CultureInfo.InvariantCulture)}\"", "\"<revision>\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_pods_for_programs_are_a_list()
    {
        await SeedAsync();
        var result = await Podctl.RunAsync("get", "pods", "-o", "json");
        using var list = System.Text.Json.JsonDocument.Parse(result.Out);
        list.RootElement.GetProperty("kind").GetString().Should().Be("List");
        list.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata").GetProperty("name").GetString())
            .Should().Equal("broken", "crashing", "going", "hello", "new", "wide");
    }

    [Fact]
    public async Task A_pod_that_is_not_there_is_a_failure()
    {
        var result = await Podctl.RunAsync("get", "pods", "nobody", "-n", "shop");
        result.Should().Be(new CommandResult(1, "", "podctl: pod shop/nobody not found\n"));
    }

    [Fact]
    public async Task No_pods_at_all_are_no_failure()
    {
        (await Podctl.RunAsync("get", "pods")).Should().Be(new CommandResult(0, "", "No pods in namespace default.\n"));
        (await Podctl.RunAsync("get", "pods", "-o", "json")).Out.Should().Contain("\"items\": []");
    }

    [Fact]
    public async Task Nodes()
    {
        var node = new NodeInfo
        {
            AgentId = "agent-1",
            Hostname = "192.0.2.7",
            HostId = "h",
            ExecutorId = "e",
            Run = "r",
            AgentVersion = "0.1.0",
            DockerVersion = "20.10.24",
            KernelVersion = "6.1.0",
            StartedAt = Statuses.FiveDaysAgo,
            Conditions = [new Condition { Type = "Ready", Status = ConditionStatus.True }],
        };
        await Client.PutAsync(Keys.Node("agent-1"), ModelJson.Write(node));
        GoldenFile.Check("get-nodes.txt", (await Podctl.RunAsync("get", "nodes")).Out);
        (await Podctl.RunAsync("get", "nodes", "-o", "name")).Out.Should().Be("node/agent-1\n");
    }

    [Fact]
    public async Task A_value_that_is_no_status_counts_as_none()
    {
        await PutSpecAsync("hello", HelloSpec);
        await Client.PutAsync(Keys.PodStatus(new PodKey("default", "hello")), Encoding.UTF8.GetBytes("{half a stat"));
        (await Podctl.RunAsync("get", "pods")).Out.Should().Contain("Unanswered");
    }

    private async Task SeedAsync()
    {
        await PutSpecAsync("hello", HelloSpec);
        await PutStatusAsync("hello", Statuses.Running(Statuses.FiveDaysAgo));
        await PutSpecAsync("crashing", HelloSpec);
        await PutStatusAsync("crashing", Statuses.CrashLooping(Statuses.FiveDaysAgo));
        await PutSpecAsync("wide", HelloSpec);
        await PutStatusAsync("wide", Statuses.Unschedulable());
        var refused = await PutSpecAsync("broken", "spec: {}");
        await PutStatusAsync("broken", Statuses.Refused(refused));
        await PutSpecAsync("new", HelloSpec.Replace("name: hello", "name: new", StringComparison.Ordinal));
        await PutStatusAsync("going", Statuses.Running(Statuses.FiveDaysAgo));
        await PutSpecAsync("elsewhere", HelloSpec, "shop");
    }
}
