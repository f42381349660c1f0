using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Status;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

/// <summary>Every bucket, and the border to the next one.</summary>
public sealed class PodPlannerTests
{
    private static readonly SpecView Wanted = Spec(Nginx);
    private static readonly StopIntent Stopping = new(StopReasons.SpecChanged, null, Noon);

    [Fact]
    public void A_new_pod_wants_a_machine_as_its_first_attempt()
    {
        var place = Decide<PodDecision.Place>(View(Wanted));
        place.Attempt.Should().Be(1);
        place.Uid.Should().Be(TaskIds.Uid(Web, Wanted.CreateRevision, 1));
    }

    [Fact]
    public void A_pod_assigned_as_the_spec_wants_it_is_kept_and_its_spec_is_answered_once()
    {
        var live = Assigned(Wanted);
        Decide<PodDecision.Keep>(View(Wanted, StatusOf(live, Wanted), live)).Answer.Should().BeNull("the assignment answered already");

        var edited = Spec("""{"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}""", modRevision: 20);
        var keep = Decide<PodDecision.Keep>(View(edited, StatusOf(live, Wanted), live));
        keep.Answer!.ObservedRevision.Should().Be(20, "metadata alone restarts nothing, but the newest revision is answered");
        keep.Answer.Uid.Should().Be(live.Uid);
    }

    [Fact]
    public void A_status_that_somebody_deleted_is_written_again()
    {
        var live = Assigned(Wanted) with { Status = new PodStatus { Phase = PodPhase.Running } };
        var answer = Decide<PodDecision.Keep>(View(Wanted, null, live)).Answer;
        answer!.Phase.Should().Be(PodPhase.Running);
        answer.ObservedRevision.Should().Be(Wanted.ModRevision);
        (answer.Uid, answer.Attempt, answer.TaskId).Should().Be((live.Uid, 1, live.TaskId), "the next attempt is counted from it");
    }

    [Fact]
    public void A_changed_spec_stops_what_runs()
    {
        var live = Assigned(Wanted);
        Decide<PodDecision.Stop>(View(Spec(Httpd, 20), StatusOf(live, Wanted), live)).Reason.Should().Be(StopReasons.SpecChanged);
    }

    [Fact]
    public void Deleted_and_put_again_with_the_same_spec_is_another_pod()
    {
        var live = Assigned(Wanted);
        var again = Spec(Nginx, modRevision: 30, createRevision: 30);
        again.Hash.Should().Be(Wanted.Hash);
        Decide<PodDecision.Stop>(View(again, StatusOf(live, Wanted), live)).Reason.Should().Be(StopReasons.SpecChanged);
        var place = Decide<PodDecision.Place>(View(again, StatusOf(live, Wanted)));
        place.Attempt.Should().Be(1, "attempts count per life of the key");
        place.Uid.Should().NotBe(live.Uid);
    }

    [Theory]
    [InlineData(Nginx)]
    [InlineData(Httpd)]
    [InlineData(Invalid)]
    [InlineData(null)]
    public void A_stop_is_never_taken_back(string? json)
    {
        var live = Assigned(Wanted, stop: Stopping);
        var spec = json is null ? null : Spec(json, 20);
        Decide<PodDecision.AwaitStop>(View(spec, StatusOf(live, Wanted), live));
    }

    [Fact]
    public void After_a_stop_the_spec_that_was_put_back_meanwhile_is_a_new_incarnation()
    {
        var live = Assigned(Wanted, attempt: 3);
        var place = Decide<PodDecision.Place>(View(Spec(Nginx, 40), StatusOf(live, Wanted)));
        place.Attempt.Should().Be(4);
        place.Uid.Should().Be(TaskIds.Uid(Web, Wanted.CreateRevision, 4));
    }

    [Fact]
    public void An_invalid_spec_is_answered_and_what_runs_goes_on()
    {
        var live = Assigned(Wanted);
        var reject = Decide<PodDecision.Reject>(View(Spec(Invalid, 20), StatusOf(live, Wanted), live));
        reject.Answer!.Uid.Should().Be(live.Uid);
        reject.Answer.ObservedRevision.Should().Be(20);
        reject.Answer.Faults.Should().NotBeEmpty();
        reject.Answer.Conditions.Find(ConditionTypes.Accepted)!.Status.Should().Be(ConditionStatus.False);
        Decide<PodDecision.Reject>(View(Spec(Invalid, 20), reject.Answer, live)).Answer.Should().BeNull("it was answered");
        Decide<PodDecision.Keep>(View(Spec(Nginx, 21), reject.Answer, live)).Answer!.Faults.Should().BeEmpty("it is valid again");
    }

    [Fact]
    public void What_runs_for_a_spec_that_was_deleted_is_stopped_though_the_one_put_since_is_not_valid()
    {
        var live = Assigned(Wanted);
        var again = Spec(Invalid, modRevision: 30, createRevision: 30);
        Decide<PodDecision.Stop>(View(again, StatusOf(live, Wanted), live)).Reason.Should().Be(StopReasons.SpecDeleted);
    }

    [Fact]
    public void A_deleted_pod_is_stopped_then_forgotten_then_nothing()
    {
        var live = Assigned(Wanted);
        var status = StatusOf(live, Wanted);
        Decide<PodDecision.Stop>(View(null, status, live)).Reason.Should().Be(StopReasons.SpecDeleted);
        Decide<PodDecision.Forget>(View(null, status));
        Decide<PodDecision.Forget>(View(null, owner: new PodOwner(live.Uid, StatusWriter.Leader)));
        Decide<PodDecision.Keep>(View()).Answer.Should().BeNull();
    }

    [Theory]
    [InlineData(PodPhase.Succeeded)]
    [InlineData(PodPhase.Failed)]
    public void An_ended_pod_stays_ended_until_its_spec_changes(PodPhase phase)
    {
        var ended = StatusOf(Assigned(Wanted), Wanted) with { Phase = phase };
        Decide<PodDecision.Keep>(View(Wanted, ended)).Answer.Should().BeNull();
        Decide<PodDecision.Keep>(View(Spec(Nginx, 20), ended)).Answer!.Phase.Should().Be(phase);
        Decide<PodDecision.Reject>(View(Spec(Invalid, 20), ended)).Answer!.Phase.Should().Be(phase);
        Decide<PodDecision.Place>(View(Spec(Httpd, 20), ended)).Attempt.Should().Be(2);
        Decide<PodDecision.Place>(View(Spec(Nginx, 20, createRevision: 20), ended)).Attempt.Should().Be(1, "it is another pod of the same name");
    }

    [Theory]
    [InlineData(PodPhase.Pending)]
    [InlineData(PodPhase.Running)]
    [InlineData(PodPhase.Unknown)]
    public void What_was_lost_before_it_ended_is_placed_again(PodPhase phase)
    {
        var lost = StatusOf(Assigned(Wanted, attempt: 2), Wanted) with { Phase = phase };
        Decide<PodDecision.Place>(View(Wanted, lost)).Attempt.Should().Be(3);
    }

    [Fact]
    public void A_status_with_a_uid_that_is_not_of_this_spec_counts_for_nothing()
    {
        var forged = StatusOf(Assigned(Wanted), Wanted) with { Phase = PodPhase.Succeeded, Uid = "0123456789ab", Attempt = 7 };
        Decide<PodDecision.Place>(View(Wanted, forged)).Attempt.Should().Be(1);
    }

    [Fact]
    public void It_waits_until_its_time_and_no_longer()
    {
        var wait = Decide<PodDecision.Wait>(View(Wanted, notBefore: Noon + TimeSpan.FromTicks(1)));
        wait.Until.Should().Be(Noon + TimeSpan.FromTicks(1));
        wait.Answer!.ObservedRevision.Should().Be(Wanted.ModRevision);
        Decide<PodDecision.Place>(View(Wanted, notBefore: Noon));
    }

    [Fact]
    public void Waiting_does_not_hold_up_what_is_no_launch()
    {
        var later = Noon.AddMinutes(5);
        var live = Assigned(Wanted);
        Decide<PodDecision.Keep>(View(Wanted, StatusOf(live, Wanted), live, notBefore: later));
        Decide<PodDecision.Stop>(View(null, null, live, notBefore: later));
        Decide<PodDecision.Reject>(View(Spec(Invalid), notBefore: later));
    }

    private static T Decide<T>(PodView view)
        where T : PodDecision
    {
        var decision = PodPlanner.Decide(view);
        decision.Why.Should().NotBeNullOrWhiteSpace();
        return decision.Should().BeOfType<T>().Subject;
    }
}
