using Model.Assignments;
using Model.Pods;
using Model.Status;

namespace Model.Tests.Json;

/// <summary>One value of each type that is written, with every field given.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly PodSpec Spec = new()
    {
        Containers =
        [
            new Container
            {
                Name = "web",
                Image = "example.test:5000/web:1",
                ImagePullPolicy = ImagePullPolicy.Always,
                Command = ["/bin/httpd", "-f"],
                Args = ["-p", "8080"],
                WorkingDir = "/www",
                Env = [new EnvVar("GREETING", "<hällo & \"bye\">")],
                Ports = [new ContainerPort { Name = "http", Port = 8080, HostPort = 31080 }, new ContainerPort { Port = 53, Protocol = "UDP" }],
                Resources = new ResourceRequirements
                {
                    Requests = new ResourceList { Cpu = Quantity.Parse("500m"), Memory = Quantity.Parse("64Mi") },
                    Limits = new ResourceList { Cpu = Quantity.Parse("1"), Memory = Quantity.Parse("128Mi") },
                },
            },
        ],
        RestartPolicy = RestartPolicy.OnFailure,
        TerminationGracePeriodSeconds = 5,
    };

    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "web" };

    private static readonly PortStatus Port = new() { Container = "web", Name = "http", ContainerPort = 8080, HostPort = 31080 };

    private static readonly Condition Ready = new()
    {
        Type = ConditionTypes.Ready,
        Status = ConditionStatus.False,
        Reason = "ContainersNotReady",
        Message = "web is waiting",
        LastTransitionTime = At,
    };

    private static readonly PodStatus Status = new()
    {
        Phase = PodPhase.Running,
        Reason = "CrashLoopBackOff",
        Message = "back-off 10s",
        Conditions = [Ready],
        Faults = [new SpecFault("spec.containers[0].image", "is required", 4, 7)],
        HostIP = "192.0.2.1",
        PodIP = "172.17.0.2",
        Ports = [Port],
        ContainerStatuses =
        [
            new ContainerStatus
            {
                Name = "web",
                Image = "example.test:5000/web:1",
                ImageID = "sha256:abc",
                ContainerID = "docker://def",
                Ready = true,
                Started = true,
                RestartCount = 2,
                State = new ContainerStateStatus { Running = new ContainerRunning(At) },
                LastState = new ContainerStateStatus
                {
                    Terminated = new ContainerTerminated
                    {
                        ExitCode = 137, Signal = 9, Reason = "OOMKilled", Message = "over 128Mi", StartedAt = At, FinishedAt = At, ContainerID = "docker://abc",
                    },
                },
            },
            new ContainerStatus { Name = "log", Image = "x", State = new ContainerStateStatus { Waiting = new ContainerWaiting("PullingImage", "3 of 9 MB") } },
        ],
        AgentId = "b8a9-S0",
        TaskId = "default.web.0123456789ab",
        Uid = "0123456789ab",
        Attempt = 2,
        ObservedRevision = 42,
        SpecHash = "ba9876543210",
        StartTime = At,
    };

    private static readonly TaskReport Report = new()
    {
        State = "TASK_RUNNING", Source = "SOURCE_EXECUTOR", Reason = "REASON_RECONCILIATION", Message = "m", At = At,
    };

    private static readonly Assignment Assignment = new()
    {
        Namespace = "default", Name = "web", Uid = "0123456789ab", Attempt = 2, SpecCreateRevision = 40, SpecRevision = 42, SpecHash = "ba9876543210",
        Spec = Spec, Labels = Labels, AgentId = "b8a9-S0", Hostname = "worker-1", HostIP = "10.0.0.17", ExecutorId = "e-1", Ports = [Port], CpuMilli = 500,
        MemoryBytes = 134217728, CreatedAt = At, Report = Report, Status = Status, Stop = new StopIntent("SpecDeleted", "its key is gone", At),
    };

    private static readonly NodeAssignment NodeAssignment = new()
    {
        AgentId = "b8a9-S0", Hostname = "worker-1", Generation = 3, ExecutorId = "e-1.3", TaskId = "NODE.b8a9-S0.3", CreatedAt = At, Lost = true, Report = Report,
    };

    private static readonly NodeInfo NodeInfo = new()
    {
        AgentId = "b8a9-S0", Hostname = "worker-1", HostId = "h", ExecutorId = "e-1.3", Run = "run", AgentVersion = "0.1.0", DockerVersion = "20.10",
        KernelVersion = "6.1", OperatingSystem = "Debian", Attributes = new Dictionary<string, string> { ["rack"] = "r1" }, Conditions = [Ready], StartedAt = At,
    };

    private static readonly TaskData PodTask = new()
    {
        Kind = TaskKind.Pod,
        Pod = new PodTask
        {
            Namespace = "default", Name = "web", Uid = "0123456789ab", SpecHash = "ba9876543210", Spec = Spec, Labels = Labels, Ports = [Port],
            Status = Status, StatusRevision = 43,
        },
    };

    private static readonly Pod Pod = new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = "web", Labels = Labels, Annotations = new Dictionary<string, string> { ["note"] = "n" } },
        Spec = Spec,
    };

    public static byte[] Write(string name) => name switch
    {
        "pod" => ModelJson.Write(Pod),
        "podstatus" => ModelJson.Write(Status),
        "assignment" => ModelJson.Write(Assignment),
        "nodeassignment" => ModelJson.Write(NodeAssignment),
        "nodeinfo" => ModelJson.Write(NodeInfo),
        "taskdata-pod" => ModelJson.Write(PodTask),
        "taskdata-node" => ModelJson.Write(new TaskData { Kind = TaskKind.Node, EarlierFrameworkIds = ["framework-0"] }),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "there is no such sample"),
    };

    /// <summary>What was read, written again; null where it could not be read.</summary>
    public static byte[]? WriteAgain(string name, byte[] json) => name switch
    {
        "pod" => ModelJson.ReadPod(json) is { } value ? ModelJson.Write(value) : null,
        "podstatus" => ModelJson.ReadPodStatus(json) is { } value ? ModelJson.Write(value) : null,
        "assignment" => ModelJson.ReadAssignment(json) is { } value ? ModelJson.Write(value) : null,
        "nodeassignment" => ModelJson.ReadNodeAssignment(json) is { } value ? ModelJson.Write(value) : null,
        "nodeinfo" => ModelJson.ReadNodeInfo(json) is { } value ? ModelJson.Write(value) : null,
        "taskdata-pod" or "taskdata-node" => ModelJson.ReadTaskData(json) is { } value ? ModelJson.Write(value) : null,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "there is no such sample"),
    };
}
