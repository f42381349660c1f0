using Model.Reading.Shapes;

namespace Model.Reading.Kinds;

/// <summary>Every field of a container, as <see cref="PodShape"/> has those of the pod.</summary>
public static class ContainerShape
{
    public static readonly QuantityShape Cpu = new("100000");
    // 100 containers of it can still be summed up in 64 bits.
    public static readonly QuantityShape Memory = new("1Pi");

    private const string ListAdvice = "write one item for each argument: [\"/bin/sh\", \"-c\", \"…\"]";

    private static readonly ObjectShape Resources = new(
        new("requests", ResourceList(),
            "What is set aside for the container. CPU: taken from the machine's; memory: the limit where none is given."),
        new("limits", ResourceList(), "What the container may use. CPU: a quota; memory: over it, the container is killed as OOMKilled."),
        Refused("claims", "devices are not handed out"));

    private static readonly ObjectShape Env = new(
        new("name", new TextShape { Rule = TextRules.EnvName }, "The variable's name.") { Required = true },
        new("value", new TextShape { Hidden = true }, "The variable's value.") { Default = "\"\"" },
        Refused("valueFrom", "values are given as they are"));

    private static readonly ObjectShape Port = new(
        new("name", new TextShape { Rule = TextRules.PortName }, "The port's name, unique in the pod."),
        new("containerPort", new IntegerShape(1, 65535), "The port that the container listens on.") { Required = true },
        new("hostPort", new IntegerShape(0, 65535),
            "The machine's port that leads to it; 0: one is chosen from what the machine offers, and stands in the status.")
        {
            Default = "0",
        },
        new("protocol", new WordShape("TCP", "UDP"), "SCTP is not supported.") { Default = "\"TCP\"" },
        Refused("hostIP", "ports are open on all of the machine's addresses"));

    public static ObjectShape Container { get; } = new(
    [
        new("name", new TextShape { Rule = TextRules.DnsLabel }, "The container's name, unique in the pod.") { Required = true },
        new("image", new TextShape { Rule = TextRules.Image }, "The image: [host[:port]/]name[:tag][@digest].") { Required = true },
        new("imagePullPolicy", new WordShape("IfNotPresent", "Always", "Never"),
            "When to pull. Unlike in Kubernetes the default does not depend on the tag, so that an image built on the machine runs.")
        {
            Default = "\"IfNotPresent\"",
        },
        new("command", new ListShape(new TextShape(), advice: ListAdvice), "Replaces the image's ENTRYPOINT. No shell is involved."),
        new("args", new ListShape(new TextShape(), advice: ListAdvice), "Replaces the image's CMD."),
        new("workingDir", new TextShape { Rule = TextRules.AbsolutePath },
            "The directory that the command starts in; without it, the image's."),
        new("env", new ListShape(Env), "Environment variables; 128 KiB at most in all."),
        new("ports", new ListShape(Port, max: 100), "Ports that can be reached from outside of the pod."),
        new("resources", Resources, "CPU and memory. Without any: 100m and 128Mi."),
        .. ServersDefaults(),
        .. NotSupported(),
    ]);

    private static Field[] ServersDefaults() =>
    [
        new("terminationMessagePath", ToleratedShape.LeftOut("no message is read from there", "/dev/termination-log"), "Not acted on."),
        new("terminationMessagePolicy", ToleratedShape.LeftOut("no message is read", "File"), "Not acted on."),
        new("resizePolicy", ToleratedShape.Ignored, "Set by a Kubernetes server; ignored."),
        new("volumeMounts", new ToleratedItems(WhenGiven.Refuse, "volumes come later", "name", "kube-api-access-"), "Not supported yet."),
    ];

    private static Field[] NotSupported() =>
    [
        Refused("envFrom", "values are given as they are, in env"),
        Refused("lifecycle", "hooks would not be run"),
        Refused("livenessProbe", "probes come later"),
        Refused("readinessProbe", "probes come later"),
        Refused("startupProbe", "probes come later"),
        Refused("restartPolicy", "the pod's restartPolicy holds for all of its containers"),
        Refused("restartPolicyRules", "the pod's restartPolicy holds for all of its containers"),
        new("securityContext", SecurityShape.OfContainer, "Not supported yet, but where it says what holds anyway."),
        Refused("stdin", "nobody could write to it", "false"),
        Refused("stdinOnce", "nobody could write to it", "false"),
        Refused("tty", "containers have no terminal", "false"),
        Refused("volumeDevices", "volumes come later"),
    ];

    private static ObjectShape ResourceList() => new(
        new("cpu", Cpu, "In CPUs: 500m is half of one."),
        new("memory", Memory, "In bytes, with a suffix such as Mi or Gi."),
        new("ephemeral-storage", ToleratedShape.LeftOut("disk space is not counted"), "Not acted on."));

    private static Field Refused(string name, string reason, params string[] same) =>
        new(name, ToleratedShape.Refused(reason, same), $"Not supported: {reason}.");
}
