using Model.Pods;
using Model.Reading.Shapes;

namespace Model.Reading.Kinds;

/// <summary>
/// Every field of a Pod: those that are acted on, those of Kubernetes' server that are ignored, and those that are known and
/// refused, each with its reason. The envelope's fields are optional because a key in etcd says the same.
/// </summary>
public static class PodShape
{
    public static ObjectShape Spec { get; } = new(
    [
        new("containers", new ListShape(ContainerShape.Container, min: 1, max: 100),
            "What runs. All containers of a pod share one network namespace and one machine.")
        {
            Required = true,
        },
        new("restartPolicy", new WordShape("Always",
            "OnFailure", "Never"), "When a container that ended is started again.") { Default = "\"Always\"" },
        new("terminationGracePeriodSeconds", new IntegerShape(0, PodSpec.MaxGracePeriodSeconds),
            "Seconds from SIGTERM to SIGKILL.") { Default = "30" },
        .. ServersDefaults(),
        .. NotSupported(),
    ]);

    public static ObjectShape Pod { get; } = new(
        new("apiVersion", new WordShape("reconciler/v1",
            "v1"), "Whose Pod this is; both are read alike.") { Default = "\"reconciler/v1\"" },
        new("kind", new WordShape("Pod"), "Always Pod.") { Default = "\"Pod\"" },
        new("metadata", MetadataShape.Of(TextRules.DnsLabel),
            "The pod's name, labels and annotations. To change them does not restart the pod."),
        new("spec", Spec, "What is to run. Any change of it replaces the pod.") { Required = true },
        new("status", ToleratedShape.Ignored, "Written by the system under its own key; ignored here."));

    private static Field[] ServersDefaults() =>
    [
        Servers("automountServiceAccountToken"),
        Servers("enableServiceLinks"),
        Servers("nodeName"),
        Servers("overhead"),
        Servers("preemptionPolicy"),
        Servers("priority"),
        new("dnsPolicy", ToleratedShape.Refused("containers have their machine's resolver", "ClusterFirst", "Default"), "Not acted on."),
        new("hostUsers", ToleratedShape.Refused("containers run without user namespaces", "true"), "Not acted on."),
        new("imagePullSecrets", ToleratedShape.LeftOut("images are pulled without a login"), "Not acted on yet."),
        new("priorityClassName", ToleratedShape.LeftOut("all pods have the same priority"), "Not acted on."),
        new("schedulerName", ToleratedShape.LeftOut("there is one scheduler", "default-scheduler"), "Not acted on."),
        new("serviceAccount", ToleratedShape.LeftOut("there are no service accounts", "default"), "Not acted on."),
        new("serviceAccountName", ToleratedShape.LeftOut("there are no service accounts", "default"), "Not acted on."),
        new("tolerations", new ToleratedItems(WhenGiven.Warn,
            "there are no taints to tolerate", "key", "node.kubernetes.io/"), "Not acted on yet."),
        new("volumes", new ToleratedItems(WhenGiven.Refuse, "volumes come later", "name", "kube-api-access-"), "Not supported yet."),
    ];

    private static Field[] NotSupported() =>
    [
        Refused("activeDeadlineSeconds", "the pod would run on past it"),
        Refused("affinity", "the pod could be placed where it should not be"),
        Refused("dnsConfig", "containers have their machine's resolver"),
        Refused("ephemeralContainers", "they are no part of a spec"),
        Refused("hostAliases", "containers have their image's hosts file"),
        Refused("hostIPC", "host namespaces are not given to pods", "false"),
        Refused("hostNetwork", "host namespaces are not given to pods", "false"),
        Refused("hostPID", "host namespaces are not given to pods", "false"),
        Refused("hostname", "containers have host names of their own"),
        Refused("hostnameOverride", "containers have host names of their own"),
        Refused("initContainers", "init containers come later"),
        Refused("nodeSelector", "the pod could be placed where it should not be"),
        Refused("os", "machines run Linux; leave it out"),
        Refused("readinessGates", "nothing opens them"),
        Refused("resourceClaims", "devices are not handed out"),
        Refused("resources", "resources are given to containers: containers[].resources"),
        Refused("runtimeClassName", "containers run with Docker's default runtime"),
        Refused("schedulingGates", "the pod would start at once"),
        new("securityContext", SecurityShape.OfPod, "Not supported yet, but where it says what holds anyway."),
        Refused("setHostnameAsFQDN", "containers have host names of their own", "false"),
        Refused("shareProcessNamespace", "containers see their own processes only", "false"),
        Refused("subdomain", "pods have no DNS names"),
        Refused("topologySpreadConstraints", "the pod could be placed where it should not be"),
    ];

    private static Field Servers(string name) => new(name, ToleratedShape.Ignored, "Set by a Kubernetes server; ignored.");

    private static Field Refused(string name, string reason, params string[] same) =>
        new(name, ToleratedShape.Refused(reason, same), $"Not supported: {reason}.");
}
