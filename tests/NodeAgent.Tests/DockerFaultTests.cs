using Docker;
using Mesos.V1;
using Model.Assignments;
using Model.Pods;
using Model.Status;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests;

public sealed class DockerFaultTests
{
    private static readonly PodSpec Sleeps = new() { Containers = [TestPods.Container("main", "image", "sleep")] };

    [Fact]
    public async Task A_create_whose_reply_is_lost_is_found_again_and_not_repeated()
    {
        var docker = new FakeDocker();
        var lost = 0;
        docker.LosesReply = (call, _) => call == "create" && lost++ == 0;
        await using var agent = AgentUnderTest.Start(docker);
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));

        await agent.RunningAsync(pod);
        docker.Containers.Should().ContainSingle().Which.State.Running.Should().BeTrue();
    }

    [Fact]
    public async Task A_start_whose_reply_is_lost_is_not_repeated()
    {
        var docker = new FakeDocker();
        var lost = 0;
        docker.LosesReply = (call, _) => call == "start" && lost++ == 0;
        await using var agent = AgentUnderTest.Start(docker);
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));

        await agent.RunningAsync(pod);
        docker.Calls.Count(c => c.StartsWith("start", StringComparison.Ordinal)).Should().Be(1);
    }

    [Fact]
    public async Task A_pod_that_is_killed_after_a_lost_create_leaves_no_container()
    {
        var docker = new FakeDocker { LosesReply = (call, _) => call == "create" };
        await using var agent = AgentUnderTest.Start(docker);
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.StatusAsync(pod, "no answer", s => s.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerError" }]);

        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
        await Eventually.TrueAsync("nothing is left", () => docker.Containers.Count == 0);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_keeps_its_pod_pending_and_the_neighbour_runs()
    {
        var docker = new FakeDocker { Fault = (call, about) => call == "pull" && about == "missing" ? new DockerException("not found", 404) : null };
        await using var agent = AgentUnderTest.Start(docker);
        var bad = agent.Launch(TestPods.Pod("bad", new PodSpec { Containers = [TestPods.Container("main", "missing")] }));
        var pulled = agent.Launch(TestPods.Pod("pulled", new PodSpec { Containers = [TestPods.Container("main", "elsewhere")] }));

        await agent.RunningAsync(pulled);
        var status = await agent.StatusAsync(bad, "not pulled", s => s.ContainerStatuses is [{ State.Waiting.Reason: "ErrImagePull" }]);
        status.Phase.Should().Be(PodPhase.Pending);
        status.ContainerStatuses[0].State.Waiting!.Message.Should().Contain("not found");
    }

    [Fact]
    public async Task No_pod_starts_before_the_sweep_and_a_pod_that_never_began_is_killed_without_Docker()
    {
        var docker = new FakeDocker { Fault = (_, _) => new DockerException("dockerd is away") };
        await using var agent = AgentUnderTest.Start(docker);
        var killed = agent.Launch(TestPods.Pod("killed", Sleeps));
        var waits = agent.Launch(TestPods.Pod("waits", Sleeps));
        await agent.UpdateAsync(waits, TaskState.TaskStarting);

        agent.Mesos.Kill(killed.TaskId());
        await agent.UpdateAsync(killed, TaskState.TaskKilled);
        docker.Calls.Should().NotContain(c => c.StartsWith("create", StringComparison.Ordinal));

        docker.Fault = (_, _) => null;
        await agent.RunningAsync(waits);
    }

    [Fact]
    public async Task A_kill_while_Docker_refuses_to_stop_is_finished_when_it_obeys()
    {
        var docker = new FakeDocker();
        await using var agent = AgentUnderTest.Start(docker);
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.RunningAsync(pod);
        docker.Fault = (call, _) => call == "stop" ? new DockerException("cannot stop", 500) : null;

        agent.Mesos.Kill(pod.TaskId());
        await Eventually.TrueAsync("a stop was tried", () => docker.CallsSoFar.Any(c => c.StartsWith("stop", StringComparison.Ordinal)));
        agent.Mesos.StatesOf(pod.TaskId()).Should().NotContain(TaskState.TaskKilled, "it still runs");
        docker.Fault = (_, _) => null;
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
    }

    [Fact]
    public async Task A_stray_that_Docker_refuses_to_remove_keeps_no_events_from_the_pods()
    {
        var docker = new FakeDocker { Fault = (call, about) => call == "remove" && about == "stray" ? new DockerException("busy", 500) : null };
        await using var agent = AgentUnderTest.Start(docker);
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.RunningAsync(pod);
        await docker.CreateContainerAsync("stray", new ContainerConfig
        {
            Image = "image",
            Labels = new Dictionary<string, string>
            {
                [ContainerLabels.FrameworkId] = agent.Framework, [ContainerLabels.HostId] = agent.Locks.HostId,
                [ContainerLabels.Run] = agent.Run, [ContainerLabels.Uid] = "of-nobody",
            },
        });

        docker.EndEvents();
        await Eventually.TrueAsync("events are followed again", () => docker.CallsSoFar.Count(c => c.StartsWith("events", StringComparison.Ordinal)) == 2);
        docker.CallsSoFar.Should().Contain("remove stray");
        docker.Die($"{pod.TaskId()}.main", exitCode: 1);
        await agent.StatusAsync(pod, "restarted", s => s.ContainerStatuses is [{ RestartCount: 1, State.Running: not null }]);
        docker.Fault = (_, _) => null;
    }
}
