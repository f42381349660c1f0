using System.Text;
using Model;
using Model.Pods;
using Model.Status;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests;

public sealed class StatusToEtcdTests
{
    private static readonly PodSpec Sleeps = new() { Containers = [TestPods.Container("main", "image", "sleep")] };

    [Fact]
    public async Task What_the_leader_wrote_meanwhile_is_kept()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var assigned = agent.Etcd.Assign(TestPods.Pod("a", Sleeps));
        agent.Etcd.Put(assigned.StatusKey(), ModelJson.Write(assigned.Status with { ObservedRevision = 99 }));
        agent.Mesos.Launch(assigned.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = assigned });

        (await agent.RunningAsync(assigned)).ObservedRevision.Should().Be(99);
    }

    [Fact]
    public async Task Without_the_assignment_nothing_is_written()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var assigned = agent.Etcd.Assign(TestPods.Pod("a", Sleeps));
        agent.Etcd.Delete(assigned.AssignmentKey());
        agent.Mesos.Launch(assigned.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = assigned });

        await agent.UpdateAsync(assigned, Mesos.V1.TaskState.TaskRunning);
        agent.Mesos.Kill(assigned.TaskId());
        await agent.UpdateAsync(assigned, Mesos.V1.TaskState.TaskKilled);
        agent.Etcd.Puts.Should().Be(0);
    }

    [Fact]
    public async Task While_the_leader_is_the_owner_nothing_is_written_and_then_the_newest()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var assigned = agent.Etcd.Assign(TestPods.Pod("a", Sleeps));
        agent.Etcd.Put(assigned.OwnerKey(), $"{assigned.Uid}/leader");
        agent.Mesos.Launch(assigned.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = assigned });
        await agent.UpdateAsync(assigned, Mesos.V1.TaskState.TaskRunning);
        agent.Etcd.Puts.Should().Be(0);

        agent.Etcd.Put(assigned.OwnerKey(), Encoding.UTF8.GetBytes($"{assigned.Uid}/agent"));
        await agent.RunningAsync(assigned);
    }

    [Fact]
    public async Task A_pod_runs_while_etcd_is_away_and_its_status_comes_later()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var assigned = agent.Etcd.Assign(TestPods.Pod("a", Sleeps));
        agent.Etcd.Away = true;
        agent.Mesos.Launch(assigned.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = assigned });
        await agent.UpdateAsync(assigned, Mesos.V1.TaskState.TaskRunning);

        agent.Etcd.Away = false;
        await agent.RunningAsync(assigned);
    }

    [Fact]
    public async Task A_write_whose_reply_is_lost_is_not_made_twice()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var assigned = agent.Etcd.Assign(TestPods.Pod("a", Sleeps));
        agent.Etcd.LoseNextReply = true;
        agent.Mesos.Launch(assigned.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = assigned });
        await agent.RunningAsync(assigned);

        agent.Mesos.Kill(assigned.TaskId());
        await agent.UpdateAsync(assigned, Mesos.V1.TaskState.TaskKilled);
        agent.Etcd.Puts.Should().Be(1, "one for Running; an end on request is the leader's to tell, from the update");
    }

    [Theory]
    [InlineData("{\"conditions\":[null]}")]
    [InlineData("{\"containerStatuses\":[null],\"ports\":[null],\"faults\":[null]}")]
    [InlineData("{\"conditions\":[{}]}")]
    [InlineData("{\"conditions\":{\"type\":\"Ready\"}}")]
    [InlineData("{\"phase\":17,\"conditions\":null}")]
    [InlineData("{\"phase\":\"Wonderful\"}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{ not json")]
    [InlineData("")]
    public async Task Whatever_somebody_puts_there_no_pod_suffers_for_it(string junk)
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker());
        var assigned = agent.Etcd.Assign(TestPods.Pod("a", Sleeps));
        agent.Etcd.Put(assigned.StatusKey(), junk);
        agent.Mesos.Launch(assigned.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = assigned });
        await agent.RunningAsync(assigned);

        var neighbour = agent.Etcd.Assign(TestPods.Pod("b", Sleeps));
        agent.Etcd.Put(neighbour.OwnerKey(), junk);
        agent.Etcd.Put(neighbour.AssignmentKey(), junk);
        agent.Mesos.Launch(neighbour.TaskId(), new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Pod, Pod = neighbour });
        await agent.UpdateAsync(neighbour, Mesos.V1.TaskState.TaskRunning);
        agent.Mesos.Kill(assigned.TaskId());
        await agent.UpdateAsync(assigned, Mesos.V1.TaskState.TaskKilled);
        agent.Exit.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task What_nobody_expected_of_etcd_keeps_back_one_pods_status_and_nothing_else()
    {
        var faults = 0;
        await using var agent = AgentUnderTest.Start(new FakeDocker(), a =>
            a.Etcd.Fault = () => faults++ == 0 ? new InvalidOperationException("a bug") : null);
        var first = agent.Launch(TestPods.Pod("a", Sleeps));
        await agent.UpdateAsync(first, Mesos.V1.TaskState.TaskRunning);
        await agent.RunningAsync(agent.Launch(TestPods.Pod("b", Sleeps)));
        await agent.RunningAsync(first);
    }

    [Fact]
    public async Task A_node_whose_lease_was_lost_is_published_anew()
    {
        await using var agent = AgentUnderTest.Start(new FakeDocker(), nodeTtl: TimeSpan.FromSeconds(1));
        agent.Mesos.Launch("NODE.agent-1.1", new Model.Assignments.TaskData { Kind = Model.Assignments.TaskKind.Node });
        var key = TestPods.Keys.Node(FakeMesosAgent.AgentId);
        await Eventually.TrueAsync("published", () => agent.Etcd.Get(key) is not null);

        agent.Etcd.EndLeases();
        await Eventually.TrueAsync("published again", () => agent.Etcd.Get(key) is not null);
    }
}
