using Model.Reading.Kinds;
using Model.Reading.Shapes;

namespace Model.Definitions;

/// <summary>The table of kinds: what is not in it cannot be written or read.</summary>
public static class KindTable
{
    public static KindDefinition Pod { get; } = new()
    {
        Kind = "Pod",
        Plural = "pods",
        ShortNames = ["po", "pod"],
        ApiVersions = ["reconciler/v1", "v1"],
        Description = "One or several containers that run together on one machine and share its network namespace.",
        Shape = PodShape.Pod,
        Columns =
        [
            new("NAME", "string", ".metadata.name", "The pod's name."),
            new("READY", "string", ".status.containerStatuses[*].ready", "How many of its containers are ready, of how many."),
            new("STATUS", "string", ".status.reason or .status.phase", "The reason where there is one, else the phase."),
            new("RESTARTS", "integer", ".status.containerStatuses[*].restartCount", "How often containers were started anew, in sum."),
            new("HOST", "string", ".status.hostIP", "The machine it runs on."),
            new("PORTS", "string", ".status.ports", "The machine's ports that lead to it."),
            new("AGE", "date", ".status.startTime", "Since when it runs."),
            new("AGENT", "string", ".status.agentId", "Mesos' id of the machine's agent.", Wide: true),
            new("TASK", "string", ".status.taskId", "Mesos' id of its task.", Wide: true),
        ],
        Read = PodBuilder.Read,
    };

    public static IReadOnlyList<KindDefinition> All { get; } = [Pod];

    // Named here only to tell somebody that the word is right and the thing is not there.
    private static readonly string[] Kubernetes =
    [
        "ConfigMap", "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "Namespace", "NetworkPolicy",
        "Node", "PersistentVolume", "PersistentVolumeClaim", "PodDisruptionBudget", "ReplicaSet", "Role", "RoleBinding", "Secret",
        "Service", "ServiceAccount", "StatefulSet",
    ];

    /// <summary>The kind of a manifest's `kind` field; null where there is none.</summary>
    public static KindDefinition? Find(string kind) => All.FirstOrDefault(k => k.Kind == kind);

    /// <summary>Why there is no such kind, and which may be meant.</summary>
    public static string WhyUnknown(string kind)
    {
        var supported = string.Join(", ", All.Select(k => k.Kind));
        if (Kubernetes.Contains(kind, StringComparer.Ordinal))
            return $"{kind} is not supported; supported are {supported}";
        var near = NearestName.Of(kind, All.Select(k => k.Kind)) ?? NearestName.Of(kind, Kubernetes);
        return $"is no known kind, found {Reading.Shown.Quoted(kind)}; {(near is null ? $"supported are {supported}" : $"did you mean {near}?")}";
    }
}
