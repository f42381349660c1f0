using Model.Assignments;
using Model.Planning;
using Model.Status;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

public sealed class PodEndingsTests
{
    private static readonly PodStatus Exited = new()
    {
        Phase = PodPhase.Failed,
        ContainerStatuses =
        [
            new ContainerStatus
            {
                Name = "c",
                Image = "nginx",
                State = new() { Terminated = new ContainerTerminated { ExitCode = 3, Reason = "Error" } },
            },
        ],
    };

    [Theory]
    [InlineData("TASK_STAGING", TaskOutlook.Alive)]
    [InlineData("TASK_STARTING", TaskOutlook.Alive)]
    [InlineData("TASK_RUNNING", TaskOutlook.Alive)]
    [InlineData("TASK_KILLING", TaskOutlook.Alive)]
    [InlineData("TASK_UNREACHABLE", TaskOutlook.Unreachable)]
    [InlineData("TASK_UNKNOWN", TaskOutlook.Unknown)]
    [InlineData("TASK_FINISHED", TaskOutlook.Ended)]
    [InlineData("TASK_FAILED", TaskOutlook.Ended)]
    [InlineData("TASK_KILLED", TaskOutlook.Ended)]
    [InlineData("TASK_ERROR", TaskOutlook.Ended)]
    [InlineData("TASK_DROPPED", TaskOutlook.Ended)]
    [InlineData("TASK_GONE", TaskOutlook.Ended)]
    [InlineData("TASK_OF_A_LATER_MESOS", TaskOutlook.Alive)]
    public void What_mesos_says_means(string state, TaskOutlook outlook) => PodEndings.Outlook(state).Should().Be(outlook);

    [Fact]
    public void A_pod_that_ended_by_itself_keeps_what_its_agent_told()
    {
        var assignment = Assigned(Spec(Once), report: Report("TASK_RUNNING"));
        var ended = PodEndings.Ended(StatusOf(assignment, Spec(Once)), assignment, Report("TASK_FAILED"), Exited, Noon);
        ended.Phase.Should().Be(PodPhase.Failed);
        ended.ContainerStatuses.Single().State.Terminated!.ExitCode.Should().Be(3, "an exit code is never lost");
        ended.Uid.Should().Be(assignment.Uid);
        ended.ObservedRevision.Should().Be(10);
        ended.Conditions.Find(ConditionTypes.Accepted)!.Status.Should().Be(ConditionStatus.True, "the leader's part stays");
    }

    [Theory]
    [InlineData(Nginx)]
    [InlineData(Once)]
    public void What_was_stopped_is_pending_again_whatever_its_exit(string json)
    {
        var spec = Spec(json);
        var assignment = Assigned(spec, report: Report("TASK_RUNNING"), stop: new StopIntent(StopReasons.SpecChanged, "the spec changed", Noon));
        var ended = PodEndings.Ended(StatusOf(assignment, spec), assignment, Report("TASK_KILLED"), Exited, Noon);
        (ended.Phase, ended.Reason, ended.Message).Should().Be((PodPhase.Pending, "SpecChanged", "the spec changed"));
        ended.ContainerStatuses.Should().BeEmpty("they are those of an incarnation that is over");
        ended.PodIP.Should().BeNull();
        ended.Ports.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Always", "TASK_RUNNING", PodPhase.Pending)]
    [InlineData("OnFailure", "TASK_RUNNING", PodPhase.Pending)]
    [InlineData("Never", "TASK_RUNNING", PodPhase.Failed)]
    [InlineData("Never", "TASK_STARTING", PodPhase.Failed)]
    [InlineData("Never", "TASK_STAGING", PodPhase.Pending)]
    [InlineData("Never", null, PodPhase.Pending)]
    public void What_was_lost_starts_again_unless_it_had_begun_and_must_not_start_twice(string policy, string? said, PodPhase phase)
    {
        var spec = Spec($$$"""{"spec": {"restartPolicy": "{{{policy}}}", "containers": [{"name": "c", "image": "nginx"}]}}""");
        var assignment = Assigned(spec, report: said is null ? null : Report(said));
        var ended = PodEndings.Ended(StatusOf(assignment, spec), assignment, Report("TASK_FAILED", "REASON_EXECUTOR_TERMINATED", "gone"), null, Noon);
        (ended.Phase, ended.Reason, ended.Message).Should().Be((phase, "ExecutorTerminated", "gone"));
    }

    [Fact]
    public void A_status_that_came_along_proves_that_it_had_begun()
    {
        var spec = Spec(Once);
        var assignment = Assigned(spec) with { Status = new PodStatus { Phase = PodPhase.Running } };
        PodEndings.Ended(new PodStatus(), assignment, Report("TASK_GONE"), assignment.Status, Noon).Phase.Should().Be(PodPhase.Failed);
    }

    [Theory]
    [InlineData("TASK_DROPPED", "REASON_INVALID_OFFERS", "InvalidOffers")]
    [InlineData("TASK_DROPPED", null, "Dropped")]
    [InlineData("TASK_GONE", "REASON_RECONCILIATION", "Gone")]
    [InlineData("TASK_GONE_BY_OPERATOR", null, "GoneByOperator")]
    [InlineData("TASK_FAILED", "REASON_CONTAINER_LIMITATION_MEMORY", "ContainerLimitationMemory")]
    public void The_reason_is_one_word(string state, string? reason, string word) =>
        PodEndings.Ended(new PodStatus(), Assigned(Spec(Nginx)), Report(state, reason), null, Noon).Reason.Should().Be(word);

    [Fact]
    public void A_uid_is_not_used_twice_though_somebody_deleted_the_status()
    {
        var spec = Spec(Nginx);
        var live = Assigned(spec, attempt: 4, report: Report("TASK_RUNNING"));
        var ended = PodEndings.Ended(new PodStatus(), live, Report("TASK_GONE"), null, Noon);
        PodPlanner.Decide(View(spec, ended)).Should().BeOfType<PodDecision.Place>().Which.Attempt.Should().Be(5);
    }

    [Fact]
    public void After_an_end_nothing_of_the_run_holds_any_more()
    {
        var spec = Spec(Nginx);
        var assignment = Assigned(spec, report: Report("TASK_RUNNING"));
        var running = StatusOf(assignment, spec) with { PodIP = "172.17.0.2" };
        running = running with { Conditions = running.Conditions.With(new Condition { Type = "Ready", Status = ConditionStatus.True, LastTransitionTime = Noon }) };
        var ended = PodEndings.Ended(running, assignment, Report("TASK_GONE"), null, Noon.AddMinutes(1));
        ended.Conditions.Select(c => (c.Type, c.Status)).Should().Equal(
            ("Accepted", ConditionStatus.True), ("Scheduled", ConditionStatus.False), ("Ready", ConditionStatus.False));
        ended.Conditions.Find("Ready")!.LastTransitionTime.Should().Be(Noon.AddMinutes(1));
        (ended.PodIP, ended.Uid, ended.Attempt).Should().Be((null, assignment.Uid, 1), "the next attempt is counted from this one");
    }

    [Fact]
    public void Of_an_unreachable_pod_what_it_last_told_stands_but_readiness_is_unknown()
    {
        var spec = Spec(Nginx);
        var running = StatusOf(Assigned(spec), spec) with { Phase = PodPhase.Running, PodIP = "172.17.0.2" };
        var away = PodEndings.Unreachable(running, Report("TASK_UNREACHABLE", message: "health check timed out"), Noon);
        (away.Phase, away.Reason, away.PodIP).Should().Be((PodPhase.Unknown, "Unreachable", "172.17.0.2"));
        away.Conditions.Find(ConditionTypes.Ready)!.Status.Should().Be(ConditionStatus.Unknown);
    }
}
