using Model;
using Model.Assignments;
using Model.Pods;
using Model.Status;
using NodeAgent.Pods;
using NodeAgent.Tests.Harness;

namespace NodeAgent.Tests;

public sealed class PodStatusBuilderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PodTask Pod = TestPods.Pod("a", new PodSpec { Containers = [Spec("x"), Spec("y")] });

    private static Container Spec(string name) => TestPods.Container(name, "image");

    private static ContainerRecord Running(string name) =>
        new() { Spec = Spec(name), Stage = ContainerStage.Running, EverStarted = true, Id = name, StartedAt = Now, Waiting = null };

    private static ContainerRecord Finished(string name, int exitCode) =>
        new() { Spec = Spec(name), Stage = ContainerStage.Finished, EverStarted = true, Id = name, Exit = new ContainerExit { ExitCode = exitCode } };

    private static PodStatus Build(PodStatus? before, DateTimeOffset now, params ContainerRecord[] containers) =>
        PodStatusBuilder.Build(Pod, new PodFacts { Containers = containers, StartTime = Now }, before, now);

    [Fact]
    public void A_pod_is_pending_until_every_container_was_started() =>
        Build(null, Now, Running("x"), new ContainerRecord { Spec = Spec("y") }).Phase.Should().Be(PodPhase.Pending);

    [Fact]
    public void A_pod_with_a_crashing_container_is_running_and_not_ready()
    {
        var crashing = Running("y") with { Stage = ContainerStage.Exited, Exit = new ContainerExit { ExitCode = 1 } };
        var status = Build(null, Now, Running("x"), crashing);
        status.Phase.Should().Be(PodPhase.Running);
        status.Conditions.Find(ConditionTypes.Ready).Should().BeEquivalentTo(
            new { Status = ConditionStatus.False, Reason = "ContainersNotReady", Message = "not ready: y" });
    }

    [Theory]
    [InlineData(0, 0, PodPhase.Succeeded)]
    [InlineData(0, 4, PodPhase.Failed)]
    public void A_pod_ends_as_its_containers_did(int x, int y, PodPhase phase) =>
        Build(null, Now, Finished("x", x), Finished("y", y)).Phase.Should().Be(phase);

    [Fact]
    public void A_pod_that_was_stopped_before_a_container_ran_has_failed() =>
        PodStatusBuilder.Phase(new PodFacts { Containers = [Finished("x", 0), new ContainerRecord { Spec = Spec("y") }], Ended = true })
            .Should().Be(PodPhase.Failed);

    [Fact]
    public void The_same_facts_make_the_same_bytes_at_a_later_time()
    {
        var before = Build(null, Now, Running("x"), Running("y"));
        ModelJson.Write(Build(before, Now.AddHours(1), Running("x"), Running("y"))).Should().Equal(ModelJson.Write(before));
    }

    [Theory]
    [InlineData(0, false, "Completed", null)]
    [InlineData(1, false, "Error", null)]
    [InlineData(137, true, "OOMKilled", 9)]
    [InlineData(143, false, "Error", 15)]
    [InlineData(255, false, "Error", null)]
    public void An_end_is_told_with_its_reason_and_signal(int exitCode, bool oom, string reason, int? signal) =>
        new ContainerExit { ExitCode = exitCode, OomKilled = oom }.ToStatus()
            .Should().BeEquivalentTo(new { ExitCode = exitCode, Reason = reason, Signal = signal });
}
