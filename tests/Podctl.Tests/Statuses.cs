using Model.Status;

namespace Podctl.Tests;

/// <summary>Statuses as a leader and an agent would have written them.</summary>
internal static class Statuses
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Begun five days ago, so that its age reads the same for a day.</summary>
    public static DateTimeOffset FiveDaysAgo => DateTimeOffset.UtcNow.AddDays(-5.5);

    public static PodStatus Running(DateTimeOffset start, long revision = 0) => new()
    {
        Phase = PodPhase.Running,
        HostIP = "192.0.2.7",
        PodIP = "172.17.0.2",
        AgentId = "agent-1",
        TaskId = "default.hello.0123456789ab",
        Uid = "0123456789ab",
        Attempt = 1,
        ObservedRevision = revision,
        StartTime = start,
        Conditions =
        [
            new Condition { Type = ConditionTypes.Accepted, Status = ConditionStatus.True, LastTransitionTime = start },
            new Condition { Type = ConditionTypes.Scheduled, Status = ConditionStatus.True, LastTransitionTime = start },
            new Condition { Type = ConditionTypes.Ready, Status = ConditionStatus.True, LastTransitionTime = start },
        ],
        Ports = [new PortStatus { Container = "web", Name = "http", ContainerPort = 8080, HostPort = 31000 }],
        ContainerStatuses =
        [
            new ContainerStatus
            {
                Name = "web",
                Image = "reconciler-demo/hello:1",
                ContainerID = "docker://4f5e",
                Ready = true,
                Started = true,
                RestartCount = 2,
                State = new ContainerStateStatus { Running = new ContainerRunning(start) },
                LastState = new ContainerStateStatus
                {
                    Terminated = new ContainerTerminated { ExitCode = 137, Signal = 9, Reason = "OOMKilled", Message = "over its limit of 32Mi", FinishedAt = start },
                },
            },
        ],
    };

    public static PodStatus CrashLooping(DateTimeOffset start) => Running(start) with
    {
        PodIP = null,
        Ports = [],
        ContainerStatuses =
        [
            new ContainerStatus
            {
                Name = "web",
                Image = "reconciler-demo/hello:1",
                RestartCount = 7,
                State = new ContainerStateStatus { Waiting = new ContainerWaiting("CrashLoopBackOff", "back-off 40s") },
            },
        ],
    };

    public static PodStatus Unschedulable() => new()
    {
        Reason = "Unschedulable",
        Message = "no machine has 64 cpus; the best is 192.0.2.7 with 8",
        Conditions = [new Condition { Type = ConditionTypes.Scheduled, Status = ConditionStatus.False, Reason = "Unschedulable" }],
    };

    public static PodStatus Refused(long revision) => new()
    {
        Reason = "InvalidSpec",
        ObservedRevision = revision,
        Conditions =
        [
            new Condition { Type = ConditionTypes.Accepted, Status = ConditionStatus.False, Reason = "InvalidSpec", Message = "2 faults", LastTransitionTime = Noon },
        ],
        Faults =
        [
            new SpecFault("spec.containers[0].image", "is required", 6, 5),
            new SpecFault("spec.contaners", "is not known; did you mean containers?", 4, 3),
        ],
    };
}
