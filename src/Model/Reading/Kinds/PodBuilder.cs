using Model.Keys;
using Model.Pods;
using Model.Reading.Documents;
using Model.Reading.Shapes;

namespace Model.Reading.Kinds;

/// <summary>From a document to a pod: the shape is checked first, then the rules between fields; the pod is built on the way.</summary>
internal static class PodBuilder
{
    public static SpecReading Read(PodKey key, DocumentNode? root, FaultList faults)
    {
        CheckKey(key, FieldReader.Of(root, "").Child("metadata"), faults);
        Pod? pod = null;
        if (root is not null)
        {
            PodShape.Pod.Check(root, "", faults);
            if (root is ScalarNode { Kind: ScalarKind.Null })
                faults.Add("", root, "must be a mapping, found null");
            var document = FieldReader.Of(root, "");
            CheckAgrees(key, document.Child("metadata"), faults);
            var spec = document.Child("spec");
            PodRules.Check(spec, faults);
            pod = faults.Any ? null : Build(key, document.Child("metadata"), spec);
        }
        return new SpecReading { Pod = pod, Faults = faults.Faults, Warnings = faults.Warnings };
    }

    /// <summary>A bad name that the metadata states too is a fault there already, with its line.</summary>
    private static void CheckKey(PodKey key, FieldReader metadata, FaultList faults)
    {
        if (TextRules.DnsLabel.Fault(key.Name) is { } badName && metadata.Text("name") != key.Name)
            faults.Add("metadata.name", $"in the key {badName}");
        if (TextRules.DnsLabel.Fault(key.Namespace) is { } badNamespace && metadata.Text("namespace") != key.Namespace)
            faults.Add("metadata.namespace", $"in the key {badNamespace}");
    }

    private static void CheckAgrees(PodKey key, FieldReader metadata, FaultList faults)
    {
        Agree("name", key.Name);
        Agree("namespace", key.Namespace);

        void Agree(string field, string inKey)
        {
            if (metadata.Text(field) is { } stated && stated != inKey)
                faults.Add(
                    metadata.PathOf(field), metadata.Node(field)!,
                    $"must agree with the key, which says {Shown.Quoted(inKey)}; found {Shown.Quoted(stated)}");
        }
    }

    private static Pod Build(PodKey key, FieldReader metadata, FieldReader spec) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = key.Namespace,
            Name = key.Name,
            Labels = metadata.TextMap("labels"),
            Annotations = metadata.TextMap("annotations"),
        },
        Spec = new PodSpec
        {
            Containers = [.. spec.Objects("containers").Select(BuildContainer)],
            RestartPolicy = spec.Word("restartPolicy", RestartPolicy.Always),
            TerminationGracePeriodSeconds = spec.WholeNumber("terminationGracePeriodSeconds") ?? PodSpec.DefaultGracePeriodSeconds,
        },
    };

    private static Container BuildContainer(FieldReader container) => new()
    {
        Name = container.Text("name")!,
        Image = container.Text("image")!,
        ImagePullPolicy = container.Word("imagePullPolicy", ImagePullPolicy.IfNotPresent),
        // An empty list leaves the image's own, as in Kubernetes.
        Command = container.Texts("command") is { Count: > 0 } command ? command : null,
        Args = container.Texts("args") is { Count: > 0 } args ? args : null,
        WorkingDir = container.Text("workingDir"),
        Env = BuildEnv(container),
        Ports = [.. container.Objects("ports").Select(BuildPort)],
        Resources = new ResourceRequirements
        {
            Requests = BuildResources(container.Child("resources").Child("requests")),
            Limits = BuildResources(container.Child("resources").Child("limits")),
        },
    };

    /// <summary>Of a name given twice the last holds, in its own place, as in Kubernetes.</summary>
    private static List<EnvVar> BuildEnv(FieldReader container)
    {
        var all = container.Objects("env").Select(e => new EnvVar(e.Text("name")!, e.Text("value") ?? "")).ToList();
        var last = all.Select((e, i) => (e.Name, i)).GroupBy(e => e.Name, StringComparer.Ordinal).Select(g => g.Last().i).ToHashSet();
        return [.. all.Where((_, i) => last.Contains(i))];
    }

    private static ContainerPort BuildPort(FieldReader port) => new()
    {
        Name = port.Text("name"),
        Port = port.WholeNumber("containerPort")!.Value,
        HostPort = port.WholeNumber("hostPort") ?? 0,
        Protocol = port.Text("protocol") ?? "TCP",
    };

    private static ResourceList BuildResources(FieldReader list) => new()
    {
        Cpu = list.Quantity("cpu", ContainerShape.Cpu),
        Memory = list.Quantity("memory", ContainerShape.Memory),
    };
}
