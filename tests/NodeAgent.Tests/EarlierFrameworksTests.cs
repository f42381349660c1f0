using Docker;
using Model.Assignments;
using Model.Pods;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests;

public sealed class EarlierFrameworksTests
{
    private static readonly PodSpec Sleeps = new() { Containers = [TestPods.Container("main", "image", "sleep")] };

    [Fact]
    public async Task What_dead_runs_left_under_earlier_ids_goes_when_the_node_task_tells_of_them()
    {
        var docker = new FakeDocker();
        await using var agent = AgentUnderTest.Start(docker, a =>
        {
            a.Locks.Alive.Add("alive");
            Make(docker, "present-dead", a.Framework, a.Locks.HostId, "dead-1");
            Make(docker, "earlier-dead", "earlier", a.Locks.HostId, "dead-2");
            Make(docker, "earlier-alive", "earlier", a.Locks.HostId, "alive");
            Make(docker, "earlier-elsewhere", "earlier", "another-host", "dead-2");
            Make(docker, "earlier-own-run", "earlier", a.Locks.HostId, a.Run);
            Make(docker, "stranger", "stranger", a.Locks.HostId, "dead-2");
            Make(docker, "no-framework", "", a.Locks.HostId, "dead-2");
        });
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.RunningAsync(pod);
        Names(docker).Should().NotContain("present-dead").And.Contain("earlier-dead", "nobody has told of that id yet");

        docker.Fault = (call, _) => call == "list" ? new DockerException("dockerd is away") : null;
        agent.Mesos.Launch("NODE.agent-1.1", new TaskData { Kind = TaskKind.Node, EarlierFrameworkIds = ["long-ago", "", "earlier"] });
        await Eventually.TrueAsync("the node task runs", () => agent.Mesos.UpdatesOf("NODE.agent-1.1").Count > 0);
        docker.Fault = (_, _) => null;

        await Eventually.TrueAsync("swept", () => !Names(docker).Contains("earlier-dead"));
        await Eventually.TrueAsync("told", () => agent.Etcd.Get(TestPods.Keys.Swept(FakeMesosAgent.AgentId, "dead-2")) is not null);
        Names(docker).Should().BeEquivalentTo(
            pod.TaskId() + ".main", "earlier-alive", "earlier-elsewhere", "earlier-own-run", "stranger", "no-framework");
    }

    private static List<string> Names(FakeDocker docker) => [.. docker.Containers.Select(c => c.Name)];

    private static void Make(FakeDocker docker, string name, string framework, string host, string run)
    {
        var made = docker.CreateContainerAsync(name, new ContainerConfig
        {
            Image = "image",
            Labels = new Dictionary<string, string>
            {
                [ContainerLabels.FrameworkId] = framework, [ContainerLabels.HostId] = host, [ContainerLabels.Run] = run,
                [ContainerLabels.AgentId] = FakeMesosAgent.AgentId, [ContainerLabels.Uid] = "some-uid",
            },
        });
        made.IsCompletedSuccessfully.Should().BeTrue();
    }
}
