using System.Globalization;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Pods;
using Testing;

namespace Podctl.Tests;

public sealed class DescribeTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    [Fact]
    public async Task A_running_pod()
    {
        var revision = await PutSpecAsync("hello", HelloSpec);
        await PutStatusAsync("hello", Statuses.Running(Statuses.Noon, revision));
        var pod = new PodKey("default", "hello");
        var assignment = new Assignment
        {
            Namespace = "default",
            Name = "hello",
            Uid = "0123456789ab",
            Attempt = 1,
            SpecCreateRevision = revision,
            SpecRevision = revision,
            SpecHash = "cafe",
            Spec = new PodSpec { Containers = [] },
            AgentId = "agent-1",
            Hostname = "192.0.2.7",
            HostIP = "192.0.2.7",
            ExecutorId = "e",
            Ports = [],
            CpuMilli = 100,
            MemoryBytes = 1,
            CreatedAt = Statuses.Noon,
            Report = new TaskReport { State = "TASK_RUNNING" },
        };
        await Client.PutAsync(Keys.Assignment(pod, assignment.Uid), ModelJson.Write(assignment));
        await CheckAsync("describe-running.txt", "hello", revision);
    }

    [Fact]
    public async Task A_refused_spec_with_its_faults()
    {
        var revision = await PutSpecAsync("broken", "metadata:\n  name: broken\nspec:\n  contaners: []\n");
        await PutStatusAsync("broken", Statuses.Refused(revision));
        await CheckAsync("describe-refused.txt", "broken", revision);
    }

    [Fact]
    public async Task A_pod_that_nobody_answered_yet()
    {
        var revision = await PutSpecAsync("hello", HelloSpec);
        await CheckAsync("describe-unanswered.txt", "hello", revision);
    }

    [Fact]
    public async Task A_pod_that_is_not_there()
    {
        (await Podctl.RunAsync("describe", "pod", "nobody")).Should().Be(new CommandResult(1, "", "podctl: pod default/nobody not found\n"));
    }

    private async Task CheckAsync(string golden, string name, long revision)
    {
        var result = await Podctl.RunAsync("describe", "pod", name);
        result.Error.Should().BeEmpty();
        result.ExitCode.Should().Be(0);
        GoldenFile.Check(golden, result.Out.Replace($"Revision:         {revision.ToString(CultureInfo.InvariantCulture)}", "Revision:         <revision>", StringComparison.Ordinal));
    }
}
