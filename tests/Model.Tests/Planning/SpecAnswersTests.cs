using Model.Planning;
using Model.Status;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

public sealed class SpecAnswersTests
{
    private static readonly DateTimeOffset Later = Noon.AddMinutes(1);

    [Fact]
    public void Every_fault_is_told_and_the_condition_tells_the_first_three()
    {
        var spec = new SpecView
        {
            CreateRevision = 1,
            ModRevision = 7,
            Faults = [.. Enumerable.Range(1, 5).Select(i => new SpecFault($"spec.f{i}", $"wrong {i}", i, 1))],
        };
        var answer = SpecAnswers.Answer(new PodStatus { Phase = PodPhase.Running }, spec, Noon);
        answer.Faults.Should().HaveCount(5);
        answer.ObservedRevision.Should().Be(7);
        answer.Phase.Should().Be(PodPhase.Running, "what runs goes on");
        answer.Conditions.Find(ConditionTypes.Accepted).Should().Be(new Condition
        {
            Type = "Accepted",
            Status = ConditionStatus.False,
            Reason = "Invalid",
            Message = "spec.f1: wrong 1; spec.f2: wrong 2; spec.f3: wrong 3; and 2 more",
            LastTransitionTime = Noon,
        });
    }

    [Fact]
    public void Warnings_are_told_though_the_spec_is_accepted()
    {
        var spec = Spec(Nginx) with { Warnings = [new SpecFault("spec.nodeName", "is left out", 1, 1)] };
        var accepted = SpecAnswers.Answer(new PodStatus(), spec, Noon).Conditions.Find(ConditionTypes.Accepted)!;
        (accepted.Status, accepted.Reason, accepted.Message).Should().Be((ConditionStatus.True, "ValidWithWarnings", "spec.nodeName: is left out"));
    }

    [Fact]
    public void The_time_of_transition_changes_with_the_status_alone()
    {
        var first = SpecAnswers.Answer(new PodStatus(), Spec(Nginx), Noon);
        var same = SpecAnswers.Answer(first, Spec(Httpd, 20), Later);
        same.Conditions.Find(ConditionTypes.Accepted)!.LastTransitionTime.Should().Be(Noon);
        var refused = SpecAnswers.Answer(same, Spec(Invalid, 30), Later);
        refused.Conditions.Find(ConditionTypes.Accepted)!.LastTransitionTime.Should().Be(Later);
    }

    [Fact]
    public void The_answer_to_the_same_spec_is_the_same_at_any_time()
    {
        var first = SpecAnswers.Answer(new PodStatus(), Spec(Invalid), Noon);
        SpecAnswers.Same(first, SpecAnswers.Answer(first, Spec(Invalid), Later)).Should().BeTrue();
        SpecAnswers.Same(first, SpecAnswers.Answer(first, Spec(Invalid, 11), Later)).Should().BeFalse();
        SpecAnswers.Same(first, first with { Ports = [new PortStatus { Container = "c", ContainerPort = 80, HostPort = 81 }] }).Should().BeFalse();
    }

    [Fact]
    public void Unschedulable_tells_why_and_forgets_nothing_of_the_rest()
    {
        var before = SpecAnswers.Answer(new PodStatus(), Spec(Nginx), Noon);
        var after = SpecAnswers.Unschedulable(before, "no machine offers resources", Later);
        (after.Phase, after.Reason, after.Message).Should().Be((PodPhase.Pending, "Unschedulable", "no machine offers resources"));
        after.Conditions.Select(c => (c.Type, c.Status)).Should().Equal(
            ("Accepted", ConditionStatus.True), ("Scheduled", ConditionStatus.False));
    }
}
