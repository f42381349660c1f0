using System.Globalization;
using System.Text;
using Model.Pods;

namespace Model.Reading.Kinds;

/// <summary>What must hold between the fields of a pod; what one field may be by itself is its shape's matter.</summary>
internal static class PodRules
{
    // Linux gives a program one string of 128 KiB at most; of all together this is more than any real program is given.
    private const int MaxEnvBytes = 128 * 1024;
    private const int MaxCommandBytes = 128 * 1024;
    // Without tag and digest.
    private const int MaxImageNameLength = 255;
    // Docker refuses less.
    private const long MinMemoryBytes = 6L * 1024 * 1024;
    private const long MinCpuLimitMilli = 10;

    public static void Check(FieldReader spec, FaultList faults)
    {
        var containers = spec.Objects("containers").ToList();
        Unique(containers, "name", "container", faults);
        var ports = containers.SelectMany(c => c.Objects("ports")).ToList();
        Unique(ports, "name", "port", faults);
        CheckHostPorts(ports, faults);
        foreach (var container in containers)
        {
            CheckImage(container, faults);
            WarnOfDoubleEnv(container, faults);
            CheckEnvSize(container, faults);
            CheckCommand(container, faults);
            CheckResources(container, faults);
        }
    }

    private static void Unique(IEnumerable<FieldReader> objects, string field, string what, FaultList faults)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in objects)
        {
            if (one.Text(field) is { } name && !first.TryAdd(name, one.Path))
                faults.Add(one.PathOf(field), one.Node(field)!, $"must be unique, but {first[name]} is a {what} {Shown.Quoted(name)} too");
        }
    }

    private static void CheckHostPorts(IEnumerable<FieldReader> ports, FaultList faults)
    {
        var first = new Dictionary<(int, string), string>();
        foreach (var port in ports)
        {
            var protocol = port.Text("protocol") ?? "TCP";
            if (port.WholeNumber("hostPort") is > 0 and var hostPort && !first.TryAdd((hostPort, protocol), port.Path))
                faults.Add(port.PathOf("hostPort"), port.Node("hostPort")!, string.Create(
                    CultureInfo.InvariantCulture, $"must be unique, but {first[(hostPort, protocol)]} takes {hostPort}/{protocol} too"));
        }
    }

    private static void CheckImage(FieldReader container, FaultList faults)
    {
        var image = container.Text("image") ?? "";
        var name = image.Split('@')[0];
        var tag = name.IndexOf(':', name.LastIndexOf('/') + 1);
        if ((tag < 0 ? name.Length : tag) > MaxImageNameLength)
            faults.Add(container.PathOf("image"), container.Node("image")!, string.Create(
                CultureInfo.InvariantCulture,
                $"has a name longer than {MaxImageNameLength} characters, which Docker refuses: {Shown.Quoted(image)}"));
    }

    private static void WarnOfDoubleEnv(FieldReader container, FaultList faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var env in container.Objects("env"))
        {
            if (env.Text("name") is { } name && !seen.Add(name))
                faults.Warn(env.PathOf("name"), env.Node("name")!, $"{Shown.Quoted(name)} is given twice; the last one holds");
        }
    }

    private static void CheckEnvSize(FieldReader container, FaultList faults)
    {
        var bytes = container.Objects("env").Sum(e =>
            Encoding.UTF8.GetByteCount(e.Text("name") ?? "") + Encoding.UTF8.GetByteCount(e.Text("value") ?? "") + 2);
        if (bytes > MaxEnvBytes)
            faults.Add(container.PathOf("env"), container.Node("env")!, string.Create(
                CultureInfo.InvariantCulture, $"is {bytes} bytes in all, the limit is {MaxEnvBytes}"));
    }

    private static void CheckCommand(FieldReader container, FaultList faults)
    {
        if (container.Texts("command") is ["", ..])
            faults.Add(
                FieldPath.Of(container.PathOf("command"), 0), container.Node("command")!,
                "must not be empty: it is the program to run");
        foreach (var field in (string[])["command", "args"])
        {
            var bytes = container.Texts(field)?.Sum(t => Encoding.UTF8.GetByteCount(t) + 1) ?? 0;
            if (bytes > MaxCommandBytes)
                faults.Add(container.PathOf(field), container.Node(field)!, string.Create(
                    CultureInfo.InvariantCulture, $"is {bytes} bytes in all, the limit is {MaxCommandBytes}"));
        }
    }

    private static void CheckResources(FieldReader container, FaultList faults)
    {
        var resources = container.Child("resources");
        var (requests, limits) = (resources.Child("requests"), resources.Child("limits"));
        var cpu = CheckOrder(requests, limits, "cpu", ContainerShape.Cpu, faults);
        if (cpu.Limit is { } cpuLimit && cpuLimit.MilliValue < MinCpuLimitMilli)
            faults.Add(
                limits.PathOf("cpu"), limits.Node("cpu")!,
                $"is {Shown.Cut(cpuLimit.Text)}, the least that can be limited to is {MinCpuLimitMilli}m");
        var memory = CheckOrder(requests, limits, "memory", ContainerShape.Memory, faults);
        var (effective, from) = memory.Limit is not null ? (memory.Limit, limits) : (memory.Request, requests);
        if (effective is { } bytes && bytes.WholeValue < MinMemoryBytes)
            faults.Add(
                from.PathOf("memory"), from.Node("memory")!,
                $"is {Shown.Cut(bytes.Text)}, Docker's least is 6Mi{MilliAdvice(bytes.Text)}");
    }

    private static (Quantity? Request, Quantity? Limit) CheckOrder(
        FieldReader requests, FieldReader limits, string name, Shapes.QuantityShape shape, FaultList faults)
    {
        var (request, limit) = (requests.Quantity(name, shape), limits.Quantity(name, shape));
        if (request is { } asked && limit is { } most && asked.Value > most.Value)
            faults.Add(limits.PathOf(name), limits.Node(name)!, $"is {Shown.Cut(most.Text)}, below the request of {Shown.Cut(asked.Text)}");
        return (request, limit);
    }

    private static string MilliAdvice(string text) =>
        text.EndsWith('m') ? "; the suffix m means thousandths of a byte, Mi means 1048576 bytes" : "";
}
