using Mesos;
using Mesos.V1;
using Model.Assignments;
using Model.Pods;
using NodeAgent.Tests.Harness;
using Testing;
using TaskStatus = Mesos.V1.TaskStatus;

namespace NodeAgent.Tests;

public sealed class MesosTests
{
    private static readonly PodSpec Sleeps = new() { Containers = [TestPods.Container("main", "image", "sleep")] };

    [Fact]
    public async Task The_node_task_runs_publishes_the_node_and_takes_it_away_when_killed()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        agent.Mesos.Launch("NODE.agent-1.1", new TaskData { Kind = TaskKind.Node });

        var key = TestPods.Keys.Node(FakeMesosAgent.AgentId);
        await Eventually.TrueAsync("the node is published", () => agent.Etcd.Get(key) is { LeaseId: > 0 });
        var node = Model.ModelJson.ReadNodeInfo(agent.Etcd.Get(key)!.Value.Span)!;
        (node.HostId, node.Run, node.DockerVersion, node.Hostname).Should().Be((agent.Locks.HostId, agent.Run, "20.10", "127.0.0.1"));
        node.Conditions.Should().ContainSingle(c => c.Type == "DockerReady" && c.Status == Model.Status.ConditionStatus.True);
        agent.Mesos.StatesOf("NODE.agent-1.1").Should().Equal(TaskState.TaskRunning);

        agent.Mesos.Kill("NODE.agent-1.1");
        await Eventually.TrueAsync("killed", () => agent.Mesos.StatesOf("NODE.agent-1.1").Contains(TaskState.TaskKilled));
        agent.Etcd.Get(key).Should().BeNull();
    }

    [Fact]
    public async Task Data_that_is_no_task_fails_the_task_with_the_reason_and_nothing_else()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        agent.Mesos.Launch("default.garbled.1", "{ not json"u8.ToArray());
        var pod = agent.Launch(TestPods.Pod("good", Sleeps));

        await agent.RunningAsync(pod);
        agent.Mesos.UpdatesOf("default.garbled.1").Should().ContainSingle().Which.Should().Match<TaskStatus>(
            s => s.State == TaskState.TaskFailed && s.Message.Contains("data") && s.Uuid.Length == 16 && s.Source == TaskStatus.Types.Source.Executor);
    }

    [Theory]
    [InlineData("{\"kind\":\"Pod\",\"pod\":null}")]
    [InlineData("{\"kind\":\"Pod\",\"pod\":{\"spec\":{\"containers\":[null]}}}")]
    [InlineData("{\"kind\":\"Pod\",\"pod\":{\"namespace\":\"d\",\"name\":\"n\",\"uid\":\"u\",\"specHash\":\"h\",\"spec\":{\"containers\":[{\"name\":null,\"image\":5}]}}}")]
    [InlineData("{\"kind\":7}")]
    [InlineData("[null]")]
    [InlineData("7")]
    public async Task No_data_of_a_task_ends_the_agent(string data)
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        agent.Mesos.Launch("default.garbled.1", System.Text.Encoding.UTF8.GetBytes(data));

        await agent.RunningAsync(agent.Launch(TestPods.Pod("good", Sleeps)));
        agent.Mesos.StatesOf("default.garbled.1").Should().Equal(TaskState.TaskFailed);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public async Task A_pod_with_an_impossible_grace_period_can_be_killed_and_its_neighbour_stays(int seconds)
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var odd = agent.Launch(TestPods.Pod("odd", Sleeps with { TerminationGracePeriodSeconds = seconds }));
        var good = agent.Launch(TestPods.Pod("good", Sleeps));
        await agent.RunningAsync(odd);
        await agent.RunningAsync(good);

        agent.Mesos.Kill(odd.TaskId(), TimeSpan.FromDays(100 * 365));
        agent.Mesos.Kill(odd.TaskId());
        await agent.UpdateAsync(odd, TaskState.TaskKilled);
        agent.Mesos.StatesOf(good.TaskId()).Should().EndWith(TaskState.TaskRunning);
        agent.Exit.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_bug_at_a_pods_end_is_that_pods_failure()
    {
        var thrown = 0;
        var docker = new FakeDocker();
        await using var agent = AgentUnderTest.Start(docker);
        var odd = agent.Launch(TestPods.Pod("odd", Sleeps));
        var good = agent.Launch(TestPods.Pod("good", Sleeps));
        await agent.RunningAsync(odd);
        await agent.RunningAsync(good);
        docker.Fault = (call, _) => call == "stop" && thrown++ == 0 ? throw new InvalidOperationException("a bug") : null;

        agent.Mesos.Kill(odd.TaskId());
        await agent.UpdateAsync(odd, TaskState.TaskFailed);
        agent.Mesos.UpdatesOf(odd.TaskId())[^1].Message.Should().Contain("a bug");
        docker.Containers.Should().ContainSingle("the neighbour's stays");
        agent.Exit.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_kill_of_a_task_that_never_came_and_one_of_an_ended_task_are_answered_once_each()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        agent.Mesos.Kill("default.never.1");
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.RunningAsync(pod);
        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
        agent.Mesos.Kill(pod.TaskId());
        agent.Mesos.Kill("default.never.2");

        await Eventually.TrueAsync("both are answered", () => agent.Mesos.StatesOf("default.never.2").Contains(TaskState.TaskDropped));
        agent.Mesos.StatesOf("default.never.1").Should().Equal(TaskState.TaskDropped);
        agent.Mesos.StatesOf(pod.TaskId()).Should().Equal(
            TaskState.TaskStarting, TaskState.TaskRunning, TaskState.TaskKilling, TaskState.TaskKilled, TaskState.TaskKilled);
        agent.Mesos.UpdatesOf(pod.TaskId())[^1].Data.Should().BeEquivalentTo(agent.Mesos.UpdatesOf(pod.TaskId())[^2].Data);
    }

    [Fact]
    public async Task A_kill_of_a_task_whose_end_was_lost_hears_of_it()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        agent.Mesos.SendFaults.Enqueue(new MesosException("not valid", 400));
        agent.Mesos.Launch("default.garbled.1", "{ not json"u8.ToArray());
        await Eventually.TrueAsync("its end was refused", () => agent.Mesos.SendFaults.IsEmpty);

        agent.Mesos.Kill("default.garbled.1");
        await Eventually.TrueAsync("the end is told", () => agent.Mesos.StatesOf("default.garbled.1").Contains(TaskState.TaskFailed));
    }

    [Fact]
    public async Task A_launch_of_an_id_that_ended_before_is_dropped_with_the_reason()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.RunningAsync(pod);
        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);

        agent.Launch(pod);
        await agent.UpdateAsync(pod, TaskState.TaskDropped);
        agent.Mesos.UpdatesOf(pod.TaskId())[^1].Message.Should().Contain("TASK_KILLED");
        agent.Mesos.Disconnect();
        await Eventually.TrueAsync("subscribed again", () => agent.Mesos.Subscriptions.Count == 2);
        agent.Mesos.Subscriptions.Last().UnacknowledgedTasks.Should().BeEmpty();
    }

    [Fact]
    public async Task A_launch_of_an_id_whose_end_is_still_to_be_told_hears_of_that_end()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker(), a => a.Mesos.Acknowledges = false);
        agent.Mesos.Launch("default.garbled.1", "{ not json"u8.ToArray());
        await Eventually.TrueAsync("told", () => agent.Mesos.UpdatesOf("default.garbled.1").Count == 1);

        agent.Mesos.Launch("default.garbled.1", "{ not json"u8.ToArray());
        await Eventually.TrueAsync("told again", () => agent.Mesos.UpdatesOf("default.garbled.1").Count == 2, TimeSpan.FromSeconds(5));
        agent.Mesos.StatesOf("default.garbled.1").Should().Equal(TaskState.TaskFailed);
    }

    [Fact]
    public async Task An_update_that_gets_503_is_sent_again_and_the_order_stays()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker(), a =>
        {
            a.Mesos.SendFaults.Enqueue(new MesosException("Agent has not finished recovery", 503));
            a.Mesos.SendFaults.Enqueue(new MesosException("connection reset"));
        });
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));

        await agent.UpdateAsync(pod, TaskState.TaskRunning);
        agent.Mesos.StatesOf(pod.TaskId()).Should().Equal(TaskState.TaskStarting, TaskState.TaskRunning);
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_listed_at_the_next_subscription_in_order()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker(), a => a.Mesos.Acknowledges = false);
        var pod = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.RunningAsync(pod);
        agent.Mesos.StatesOf(pod.TaskId()).Should().Equal([TaskState.TaskStarting], "one update of a task is in flight at a time");

        agent.Mesos.Disconnect();
        await Eventually.TrueAsync("subscribed again", () => agent.Mesos.Subscriptions.Count == 2);
        var listed = agent.Mesos.Subscriptions.Last();
        listed.UnacknowledgedTasks.Should().ContainSingle().Which.TaskId.Value.Should().Be(pod.TaskId());
        listed.UnacknowledgedUpdates.Select(u => u.Status.State).Should().Equal(TaskState.TaskStarting, TaskState.TaskRunning);

        agent.Mesos.Acknowledges = true;
        foreach (var update in listed.UnacknowledgedUpdates)
            agent.Mesos.Acknowledge(update.Status);
        agent.Mesos.Kill(pod.TaskId());
        await agent.UpdateAsync(pod, TaskState.TaskKilled);
        agent.Mesos.Disconnect();
        await Eventually.TrueAsync("subscribed a third time", () => agent.Mesos.Subscriptions.Count == 3);
        agent.Mesos.Subscriptions.Last().Should().Match<Mesos.V1.Executor.Call.Types.Subscribe>(
            s => s.UnacknowledgedTasks.Count == 0 && s.UnacknowledgedUpdates.Count == 0);
    }
}
