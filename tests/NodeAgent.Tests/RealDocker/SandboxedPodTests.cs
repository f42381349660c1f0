using Docker;
using Mesos.V1;
using Model.Assignments;
using Model.Pods;
using Model.Status;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests.RealDocker;

public sealed class SandboxedPodTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    private const string AwaitsTheWebServer = "until wget -q -O /dev/null http://127.0.0.1:8080/; do sleep 0.1; done";

    [Fact]
    public async Task Containers_of_a_pod_share_localhost_and_the_published_port_and_end_together()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var port = FreePort.Next();
        var spec = new PodSpec
        {
            Containers =
            [
                TestPods.Shell("web", docker.Image, "exec httpd -f -p 8080 -h /www"),
                TestPods.Shell("client", docker.Image, AwaitsTheWebServer),
            ],
            RestartPolicy = RestartPolicy.OnFailure,
            TerminationGracePeriodSeconds = 1,
        };
        var pod = agent.Launch(TestPods.Pod("two", spec, new PortStatus { Container = "web", ContainerPort = 8080, HostPort = port }));

        var status = await agent.StatusAsync(pod, "client done", s =>
            s.ContainerStatuses is [{ State.Running: not null }, { State.Terminated: { ExitCode: 0, Reason: "Completed" } }]);
        status.Phase.Should().Be(PodPhase.Running);
        status.PodIP.Should().NotBeNullOrEmpty();
        using var http = new HttpClient();
        (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Should().Be("hello from busybox\n");
        (await agent.ContainersAsync()).Should().HaveCount(3).And.Contain(c => c.Name == $"{pod.TaskId()}._sandbox");

        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
        await Eventually.TrueAsync("no container is left", async () => (await agent.ContainersAsync()).Count == 0);
    }

    [Fact]
    public async Task When_the_sandbox_dies_the_whole_pod_starts_over_in_a_new_one()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var port = FreePort.Next();
        var spec = new PodSpec
        {
            Containers = [TestPods.Shell("web", docker.Image, "exec httpd -f -p 8080 -h /www"), TestPods.Shell("side", docker.Image, "exec sleep 1000")],
            TerminationGracePeriodSeconds = 1,
        };
        var pod = agent.Launch(TestPods.Pod("revived", spec, new PortStatus { Container = "web", ContainerPort = 8080, HostPort = port }));
        await agent.RunningAsync(pod);

        var sandbox = (await agent.ContainersAsync()).Single(c => c.Name == $"{pod.TaskId()}._sandbox");
        await docker.Engine.KillContainerAsync(sandbox.Id);
        var status = await agent.StatusAsync(pod, "restarted", s => s.ContainerStatuses.All(c => c is { RestartCount: 1, State.Running: not null }));
        status.Phase.Should().Be(PodPhase.Running);
        (await agent.ContainersAsync()).Should().Contain(c => c.Name == $"{pod.TaskId()}._sandbox.1" && c.State == "running");
        using var http = new HttpClient();
        (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Should().Be("hello from busybox\n");
    }

    [Fact]
    public async Task A_container_called_sandbox_does_not_collide_with_the_sandbox()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec
        {
            Containers = [TestPods.Shell("sandbox", docker.Image, "exec sleep 1000"), TestPods.Shell("b", docker.Image, "exec sleep 1000")],
            TerminationGracePeriodSeconds = 0,
        };
        await agent.RunningAsync(agent.Launch(TestPods.Pod("names", spec)));
    }

    [Fact]
    public async Task The_sandbox_program_reaps_orphaned_children_and_ends_on_SIGTERM()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec
        {
            Containers = [TestPods.Shell("a", docker.Image, "exec sleep 1000"), TestPods.Shell("b", docker.Image, "exec sleep 1000")],
            TerminationGracePeriodSeconds = 0,
        };
        var pod = agent.Launch(TestPods.Pod("reaper", spec));
        await agent.RunningAsync(pod);
        var sandbox = (await agent.ContainersAsync()).Single(c => c.Name == $"{pod.TaskId()}._sandbox");

        // In the sandbox's own PID namespace: processes whose parents have gone become children of PID 1. Zombies of it are counted.
        const string Script = """
            for i in 1 2 3 4 5; do (sh -c 'sleep 0.2' &) ; done
            sleep 1
            cat /proc/[0-9]*/stat | awk '$3 == "Z" { n++ } END { exit n }'
            """;
        var probe = await docker.Engine.CreateContainerAsync($"reaper-probe-{agent.Id}", new ContainerConfig
        {
            Image = docker.Image, Command = ["sh", "-c", Script], PidMode = $"container:{sandbox.Id}",
            Labels = new Dictionary<string, string> { [ContainerLabels.FrameworkId] = agent.Framework },
        });
        await docker.Engine.StartContainerAsync(probe);
        (await docker.Engine.WaitContainerAsync(probe)).Should().Be(0, "no zombie is left");

        await docker.Engine.KillContainerAsync(sandbox.Id, "SIGTERM");
        (await docker.Engine.WaitContainerAsync(sandbox.Id).WaitAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
    }
}
