using Docker;
using Mesos.V1;
using Model.Assignments;
using Model.Pods;
using Model.Status;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests.RealDocker;

public sealed class SinglePodTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    [Fact]
    public async Task A_pod_of_one_container_runs_is_reached_on_its_port_and_is_gone_after_a_kill()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var port = FreePort.Next();
        var spec = new PodSpec
        {
            Containers = [TestPods.Shell("web", docker.Image, "exec httpd -f -p 8080 -h /www") with { Env = [new EnvVar("GREETING", "hello")] }],
            TerminationGracePeriodSeconds = 1,
        };
        var pod = agent.Launch(TestPods.Pod("single", spec, new PortStatus { Container = "web", ContainerPort = 8080, HostPort = port }));

        var status = await agent.RunningAsync(pod);
        using var http = new HttpClient();
        (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Should().Be("hello from busybox\n");
        status.PodIP.Should().NotBeNullOrEmpty();
        status.ObservedRevision.Should().Be(7, "the leader's part is left as it was");
        status.Conditions.Find(ConditionTypes.Accepted)!.Status.Should().Be(ConditionStatus.True);
        status.Conditions.Find(ConditionTypes.Ready)!.Status.Should().Be(ConditionStatus.True);
        var container = status.ContainerStatuses.Should().ContainSingle().Subject;
        container.State.Running!.StartedAt.Should().NotBeNull();
        var details = await agent.InspectAsync(container.ContainerID!);
        details!.Name.Should().Be($"{pod.TaskId()}.web");
        details.Labels.Should().Contain(new Dictionary<string, string>
        {
            [ContainerLabels.FrameworkId] = agent.Framework, [ContainerLabels.HostId] = agent.Locks.HostId, [ContainerLabels.Run] = agent.Run,
            [ContainerLabels.Uid] = pod.Uid, [ContainerLabels.TaskId] = pod.TaskId(), [ContainerLabels.AgentId] = FakeMesosAgent.AgentId,
        });
        await agent.UpdateAsync(pod, TaskState.TaskRunning);

        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
        await Eventually.TrueAsync("no container is left", async () => (await agent.ContainersAsync()).Count == 0);
        agent.Mesos.StatesOf(pod.TaskId()).Should().Equal(
            TaskState.TaskStarting, TaskState.TaskRunning, TaskState.TaskKilling, TaskState.TaskKilled);
        var last = Model.ModelJson.ReadPodStatus(agent.Mesos.UpdatesOf(pod.TaskId())[^1].Data.Span)!;
        last.ContainerStatuses[0].State.Terminated.Should().NotBeNull();
        last.ObservedRevision.Should().Be(7);
    }

    [Fact]
    public async Task A_container_that_ignores_SIGTERM_is_killed_after_the_grace_period()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec
        {
            Containers = [TestPods.Shell("deaf", docker.Image, "trap '' TERM; while :; do sleep 1; done")], TerminationGracePeriodSeconds = 1,
        };
        var pod = agent.Launch(TestPods.Pod("deaf", spec));
        await agent.RunningAsync(pod);

        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
        // An end on request is told to the leader, with the update.
        var told = agent.Mesos.UpdatesOf(pod.TaskId()).First(u => u.State == TaskState.TaskKilled).Data;
        var end = Model.ModelJson.ReadPodStatus(told.Span)!.ContainerStatuses[0].State.Terminated!;
        (end.ExitCode, end.Signal).Should().Be((137, 9));
    }

    [Fact]
    public async Task A_second_kill_with_a_shorter_grace_period_shortens_it()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec
        {
            Containers = [TestPods.Shell("deaf", docker.Image, "trap '' TERM; while :; do sleep 1; done")], TerminationGracePeriodSeconds = 300,
        };
        var pod = agent.Launch(TestPods.Pod("hurry", spec));
        await agent.RunningAsync(pod);

        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilling);
        agent.Mesos.Kill(pod.TaskId(), TimeSpan.FromSeconds(1));
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
    }

    [Fact]
    public async Task An_exit_code_is_told_to_Mesos_and_in_the_status()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec { Containers = [TestPods.Shell("main", docker.Image, "exit 3")], RestartPolicy = RestartPolicy.Never };
        var pod = agent.Launch(TestPods.Pod("fails", spec));

        await agent.UpdateAsync(pod, TaskState.TaskFailed);
        var status = await agent.StatusAsync(pod, "Failed", s => s.Phase == PodPhase.Failed);
        status.ContainerStatuses[0].State.Terminated.Should().BeEquivalentTo(new { ExitCode = 3, Reason = "Error", Signal = (int?)null });
        agent.Mesos.UpdatesOf(pod.TaskId())[^1].Message.Should().Contain("main").And.Contain("3");
    }

    [Fact]
    public async Task A_pod_that_completes_is_finished_and_its_container_removed()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec { Containers = [TestPods.Shell("main", docker.Image, "true")], RestartPolicy = RestartPolicy.OnFailure };
        var pod = agent.Launch(TestPods.Pod("completes", spec));

        await agent.UpdateAsync(pod, TaskState.TaskFinished);
        (await agent.StatusAsync(pod, "Succeeded", s => s.Phase == PodPhase.Succeeded)).ContainerStatuses[0].State.Terminated!.Reason.Should().Be("Completed");
        await Eventually.TrueAsync("no container is left", async () => (await agent.ContainersAsync()).Count == 0);
    }

    [Fact]
    public async Task A_container_that_runs_out_of_memory_says_so()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec
        {
            // awk doubles a string until it does not fit.
            Containers = [TestPods.Container("greedy", docker.Image, "awk", "BEGIN { s = \"x\"; while (1) s = s s }")],
            RestartPolicy = RestartPolicy.Never,
        };
        var pod = agent.Launch(TestPods.Pod("greedy", spec));

        await agent.UpdateAsync(pod, TaskState.TaskFailed);
        var end = (await agent.StatusAsync(pod, "Failed", s => s.Phase == PodPhase.Failed)).ContainerStatuses[0].State.Terminated!;
        (end.Reason, end.ExitCode).Should().Be(("OOMKilled", 137));
    }

    [Fact]
    public async Task A_container_that_crashes_is_restarted_at_once_and_then_backs_off_with_the_one_before_kept_for_its_logs()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec { Containers = [TestPods.Shell("main", docker.Image, "exit 5")], TerminationGracePeriodSeconds = 1 };
        var pod = agent.Launch(TestPods.Pod("crashes", spec));

        var status = await agent.StatusAsync(pod, "backs off", s => s.ContainerStatuses is [{ State.Waiting.Reason: "CrashLoopBackOff" }]);
        status.ContainerStatuses[0].RestartCount.Should().Be(1);
        status.ContainerStatuses[0].LastState!.Terminated!.ExitCode.Should().Be(5);
        status.Phase.Should().Be(PodPhase.Running);
        (await agent.ContainersAsync()).Select(c => c.Name).Should().BeEquivalentTo($"{pod.TaskId()}.main", $"{pod.TaskId()}.main.1");

        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
    }

    [Fact]
    public async Task A_name_that_somebody_else_has_is_a_clear_conflict_and_is_not_touched()
    {
        var foreign = "";
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var pod = TestPods.Pod($"conflict-{agent.Id}", new PodSpec { Containers = [TestPods.Shell("main", docker.Image, "sleep 100")] });
        try
        {
            foreign = await docker.Engine.CreateContainerAsync(
                $"{pod.TaskId()}.main", new ContainerConfig { Image = docker.Image, Command = ["sleep", "1000"] });
            await docker.Engine.StartContainerAsync(foreign);
            agent.Launch(pod);

            var status = await agent.StatusAsync(pod, "conflict", s => s.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerError" }]);
            status.ContainerStatuses[0].State.Waiting!.Message.Should().Contain(foreign[..12]).And.Contain("not ours");
            status.Phase.Should().Be(PodPhase.Pending);
            agent.Mesos.Kill(pod.TaskId());
            await agent.UpdateAsync(pod, TaskState.TaskKilled);
            (await docker.Engine.InspectContainerAsync(foreign))!.State.Running.Should().BeTrue();
        }
        finally
        {
            if (foreign.Length > 0)
                await docker.Engine.RemoveContainerAsync(foreign, force: true);
        }
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_with_Dockers_words_and_the_neighbour_runs()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var bad = agent.Launch(TestPods.Pod("no-program", new PodSpec { Containers = [TestPods.Container("main", docker.Image, "/no/such")] }));
        var good = agent.Launch(TestPods.Pod("neighbour", new PodSpec { Containers = [TestPods.Shell("main", docker.Image, "sleep 100")] }));

        await agent.RunningAsync(good);
        var status = await agent.StatusAsync(bad, "start refused", s => s.ContainerStatuses is [{ State.Waiting.Reason: "RunContainerError" }]);
        status.ContainerStatuses[0].State.Waiting!.Message.Should().Contain("/no/such");
    }

    [Fact]
    public async Task An_image_that_is_not_there_and_may_not_be_pulled_is_said_so()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var container = TestPods.Shell("main", "reconciler-test/never-made:1", "true") with { ImagePullPolicy = ImagePullPolicy.Never };
        var pod = agent.Launch(TestPods.Pod("no-image", new PodSpec { Containers = [container] }));

        await agent.StatusAsync(pod, "no image", s => s.ContainerStatuses is [{ State.Waiting.Reason: "ErrImageNeverPull" }]);
    }

    [Fact]
    public async Task Shutdown_stops_every_pod_reports_and_ends_with_0()
    {
        await using var agent = AgentUnderTest.Start(docker.Engine);
        var spec = new PodSpec { Containers = [TestPods.Shell("main", docker.Image, "exec sleep 1000")], TerminationGracePeriodSeconds = 1 };
        var pods = Enumerable.Range(0, 3).Select(i => agent.Launch(TestPods.Pod($"down-{i}", spec))).ToList();
        foreach (var pod in pods)
            await agent.RunningAsync(pod);

        agent.Mesos.Shutdown();
        (await agent.Exit.WaitAsync(TimeSpan.FromSeconds(60))).Should().Be(0);
        foreach (var pod in pods)
            agent.Mesos.StatesOf(pod.TaskId())[^1].Should().Be(TaskState.TaskKilled);
        (await agent.ContainersAsync()).Should().BeEmpty();
    }
}
