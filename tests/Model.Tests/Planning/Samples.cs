using System.Text;
using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Pods;
using Model.Reading;
using Model.Status;

namespace Model.Tests.Planning;

/// <summary>Specs, assignments and statuses as the system itself makes them, for the tests of what is decided from them.</summary>
internal static class Samples
{
    public static readonly PodKey Web = new("default", "web");
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public const string Nginx = """{"spec": {"containers": [{"name": "c", "image": "nginx"}]}}""";
    public const string Httpd = """{"spec": {"containers": [{"name": "c", "image": "httpd"}]}}""";
    public const string Once = """{"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "nginx"}]}}""";
    public const string Invalid = """{"spec": {"containers": []}}""";

    /// <summary>As the leader reads what people put.</summary>
    public static SpecView Spec(string json, long modRevision = 10, long createRevision = 10, PodKey? key = null)
    {
        var reading = PodReader.Read(key ?? Web, Encoding.UTF8.GetBytes(json));
        return new SpecView
        {
            CreateRevision = createRevision,
            ModRevision = modRevision,
            Pod = reading.Pod,
            Hash = reading.Pod is { } pod ? SpecHash.Of(pod.Spec) : null,
            Faults = reading.Faults,
            Warnings = reading.Warnings,
        };
    }

    public static Assignment Assigned(SpecView spec, int attempt = 1, TaskReport? report = null, StopIntent? stop = null, PodKey? key = null)
    {
        var pod = key ?? Web;
        var pending = new PendingPod(pod, TaskIds.Uid(pod, spec.CreateRevision, attempt), spec.Pod!.Spec, spec.CreateRevision);
        var placed = new PlacementResult.Placed(pending, "agent-1", []);
        return Launching.Assign(placed, spec, attempt, "host-1", "10.0.0.1", "executor-1", Noon) with { Report = report, Stop = stop };
    }

    public static PodStatus StatusOf(Assignment assignment, SpecView spec) => Launching.Scheduled(null, assignment, spec, Noon);

    public static TaskReport Report(string state, string? reason = null, string? message = null) =>
        new() { State = state, Reason = reason, Message = message, At = Noon };

    public static PodView View(
        SpecView? spec = null, PodStatus? status = null, Assignment? live = null, PodOwner? owner = null,
        DateTimeOffset? notBefore = null, DateTimeOffset? now = null) => new()
        {
            Key = Web,
            Spec = spec,
            Status = status,
            Live = live,
            Owner = owner,
            NotBefore = notBefore,
            Now = now ?? Noon,
        };

    public static PodSpec PodWith(
        long cpuMilli = 100, long memoryBytes = 64 << 20, int anyPorts = 0, int[]? fixedPorts = null, string container = "c") => new()
        {
            Containers =
            [
                new Container
                {
                    Name = container,
                    Image = "nginx",
                    Resources = new ResourceRequirements
                    {
                        Requests = new ResourceList { Cpu = Quantity.OfMilli(cpuMilli), Memory = Quantity.OfBytes(memoryBytes) },
                    },
                    Ports =
                    [
                        .. Enumerable.Range(0, anyPorts).Select(i => new ContainerPort { Port = 8000 + i }),
                        .. (fixedPorts ?? []).Select(port => new ContainerPort { Port = 80, HostPort = port }),
                    ],
                },
            ],
        };

    public static PendingPod Pending(string name, PodSpec spec, long createRevision = 1)
    {
        var key = new PodKey("default", name);
        return new PendingPod(key, TaskIds.Uid(key, createRevision, 1), spec, createRevision);
    }

    public static Machine Machine(string name, long cpuMilli = 4000, long memoryBytes = 4L << 30, params (int Begin, int End)[] ports) => new()
    {
        AgentId = $"id-of-{name}",
        Hostname = name,
        CpuMilli = cpuMilli,
        MemoryBytes = memoryBytes,
        Ports = [.. ports.Select(p => new PortRange(p.Begin, p.End))],
    };
}
