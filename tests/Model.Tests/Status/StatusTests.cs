using System.Text;
using Model.Status;

namespace Model.Tests.Status;

public sealed class StatusTests
{
    private static readonly DateTimeOffset Early = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DateTimeOffset Late = Early.AddMinutes(5);

    private static readonly PodStatus Leaders = new()
    {
        Conditions =
        [
            Of(ConditionTypes.Accepted, ConditionStatus.False, Early) with { Reason = "Invalid" },
            Of(ConditionTypes.Scheduled, ConditionStatus.True, Early),
            Of(ConditionTypes.Ready, ConditionStatus.False, Early),
        ],
        Faults = [new SpecFault("spec", "is wrong", 1, 2)],
        HostIP = "192.0.2.1",
        AgentId = "agent",
        TaskId = "task",
        Uid = "uid",
        Attempt = 3,
        ObservedRevision = 42,
        SpecHash = "hash",
    };

    private static readonly PodStatus Agents = new()
    {
        Phase = PodPhase.Running,
        Reason = "reason",
        Message = "message",
        Conditions =
        [
            Of(ConditionTypes.Accepted, ConditionStatus.True, Late),
            Of(ConditionTypes.Ready, ConditionStatus.True, Late),
            Of(ConditionTypes.ContainersReady, ConditionStatus.True, Late),
        ],
        HostIP = "198.51.100.1",
        PodIP = "172.17.0.2",
        Ports = [new PortStatus { Container = "web", ContainerPort = 80, HostPort = 31000 }],
        ContainerStatuses = [new ContainerStatus { Name = "web", Image = "x" }],
        AgentId = "stale",
        TaskId = "stale",
        Uid = "stale",
        Attempt = 1,
        ObservedRevision = 1,
        SpecHash = "stale",
        StartTime = Late,
    };

    [Fact]
    public void An_agent_never_overwrites_what_the_leader_answered()
    {
        var merged = Leaders.WithAgentPart(Agents);

        merged.Conditions.Find(ConditionTypes.Accepted).Should().Be(Leaders.Conditions.Find(ConditionTypes.Accepted));
        merged.Conditions.Find(ConditionTypes.Scheduled).Should().Be(Leaders.Conditions.Find(ConditionTypes.Scheduled));
        merged.Faults.Should().Equal(Leaders.Faults);
        (merged.HostIP, merged.AgentId, merged.TaskId, merged.Uid, merged.Attempt, merged.ObservedRevision, merged.SpecHash)
            .Should().Be(("192.0.2.1", "agent", "task", "uid", 3, 42L, "hash"));
    }

    [Fact]
    public void All_that_happens_on_the_machine_is_the_agents()
    {
        var merged = Leaders.WithAgentPart(Agents);

        (merged.Phase, merged.Reason, merged.Message, merged.PodIP, merged.StartTime)
            .Should().Be((PodPhase.Running, "reason", "message", "172.17.0.2", Late));
        merged.Ports.Should().Equal(Agents.Ports);
        merged.ContainerStatuses.Should().Equal(Agents.ContainerStatuses);
        merged.Conditions.Find(ConditionTypes.Ready)!.LastTransitionTime.Should().Be(Late);
        merged.Conditions.Select(c => c.Type).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void To_say_the_same_again_makes_the_same_bytes()
    {
        var once = Leaders.WithAgentPart(Agents);
        var again = Agents with { Conditions = [.. Agents.Conditions.Select(c => c with { LastTransitionTime = Late.AddHours(1) })] };

        Text(once.WithAgentPart(again)).Should().Be(Text(once));
    }

    [Fact]
    public void A_condition_keeps_its_time_while_its_status_is_the_same()
    {
        var before = Leaders.Conditions;

        var same = before.With(Of(ConditionTypes.Ready, ConditionStatus.False, Late) with { Message = "still" });
        var other = before.With(Of(ConditionTypes.Ready, ConditionStatus.True, Late));
        var added = before.With(Of("New", ConditionStatus.Unknown, Late));

        same.Find(ConditionTypes.Ready)!.Should().Be(Of(ConditionTypes.Ready, ConditionStatus.False, Early) with { Message = "still" });
        other.Find(ConditionTypes.Ready)!.LastTransitionTime.Should().Be(Late);
        added.Should().HaveCount(4);
        before.Should().HaveCount(3);
    }

    private static Condition Of(string type, ConditionStatus status, DateTimeOffset at) =>
        new() { Type = type, Status = status, LastTransitionTime = at };

    private static string Text(PodStatus status) => Encoding.UTF8.GetString(ModelJson.Write(status));
}
