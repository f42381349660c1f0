namespace Model.Assignments;

/// <summary>The labels of every container that a node agent makes: by them it is found again, adopted or swept.</summary>
public static class ContainerLabels
{
    public const string FrameworkId = "reconciler.framework-id";
    public const string HostId = "reconciler.host-id";
    public const string AgentId = "reconciler.agent-id";
    public const string ExecutorId = "reconciler.executor-id";
    /// <summary>Mesos' container id of the executor.</summary>
    public const string Run = "reconciler.run";
    public const string TaskId = "reconciler.task-id";
    public const string Namespace = "reconciler.namespace";
    public const string Pod = "reconciler.pod";
    /// <summary>The container's name in the pod; empty for the sandbox.</summary>
    public const string Container = "reconciler.container";
    public const string Uid = "reconciler.uid";
    public const string SpecHash = "reconciler.spec-hash";
    /// <summary>How often the container was started anew before this one.</summary>
    public const string RestartCount = "reconciler.restart-count";
}
