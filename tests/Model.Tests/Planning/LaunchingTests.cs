using Model.Assignments;
using Model.Planning;
using Model.Status;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

public sealed class LaunchingTests
{
    [Fact]
    public void The_assignment_says_all_that_was_decided()
    {
        var spec = Spec("""{"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80}]}]}}""", 20, 15);
        var pending = new PendingPod(Web, TaskIds.Uid(Web, 15, 2), spec.Pod!.Spec, 15);
        var placed = Placement.Place([pending], [Machine("a", ports: (31000, 31000))]).OfType<PlacementResult.Placed>().Single();
        var assignment = Launching.Assign(placed, spec, 2, "a", "10.0.0.1", "executor-1", Noon);
        (assignment.Pod, assignment.Uid, assignment.Attempt).Should().Be((Web, pending.Uid, 2));
        (assignment.SpecRevision, assignment.SpecCreateRevision, assignment.SpecHash).Should().Be((20, 15, spec.Hash!));
        (assignment.AgentId, assignment.ExecutorId, assignment.HostIP).Should().Be(("id-of-a", "executor-1", "10.0.0.1"));
        assignment.TaskId.Should().Be($"default.web.{pending.Uid}");
        assignment.Labels.Should().Contain("app", "web");
        assignment.Ports.Single().HostPort.Should().Be(31000);
        (assignment.Report, assignment.Status, assignment.Stop).Should().Be((null, null, null));
    }

    [Fact]
    public void What_a_new_leader_reads_is_what_the_old_one_wrote()
    {
        var spec = Spec(Nginx);
        var assignment = Assigned(spec, report: Report("TASK_RUNNING")) with { Status = StatusOf(Assigned(spec), spec) };
        var read = ModelJson.ReadAssignment(ModelJson.Write(assignment))!;
        ModelJson.Write(read).Should().Equal(ModelJson.Write(assignment));
        PodPlanner.Decide(View(spec, StatusOf(read, spec), read)).Should().BeOfType<PodDecision.Keep>().Which.Answer.Should().BeNull();
    }

    [Fact]
    public void A_new_incarnation_tells_nothing_of_the_last_one()
    {
        var spec = Spec(Nginx, 20);
        var before = StatusOf(Assigned(Spec(Httpd)), Spec(Httpd)) with
        {
            Phase = PodPhase.Failed,
            Reason = "ExecutorTerminated",
            Message = "gone",
            PodIP = "172.17.0.2",
            StartTime = Noon,
            ContainerStatuses = [new ContainerStatus { Name = "c", Image = "httpd", RestartCount = 4 }],
        };
        before = before with { Conditions = before.Conditions.With(new Condition { Type = "Ready", Status = ConditionStatus.False }) };
        var next = Launching.Scheduled(before, Assigned(spec, attempt: 2), spec, Noon.AddMinutes(1));
        (next.Phase, next.Reason, next.Message, next.PodIP, next.StartTime).Should().Be((PodPhase.Pending, null, null, null, null));
        next.ContainerStatuses.Should().BeEmpty();
        (next.Attempt, next.ObservedRevision, next.SpecHash).Should().Be((2, 20L, spec.Hash));
        next.Conditions.Select(c => (c.Type, c.Status, c.LastTransitionTime)).Should().Equal(
            ("Accepted", ConditionStatus.True, Noon), ("Scheduled", ConditionStatus.True, Noon));
        next.Conditions.Find("Scheduled")!.Message.Should().Be("to host-1 (agent-1)");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1 << 20, 1)]
    [InlineData((1 << 20) + 1, 2)]
    [InlineData(100_000_000, 96)]
    public void Memory_is_asked_in_whole_mebibytes(long bytes, long mebibytes) =>
        PodDemand.MemoryBytes(PodWith(memoryBytes: bytes)).Should().Be(mebibytes << 20);
}
