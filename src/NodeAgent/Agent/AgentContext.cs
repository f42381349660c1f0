using Docker;
using Loops;
using Microsoft.Extensions.Logging;
using Model.Assignments;
using Model.Keys;
using NodeAgent.Pods;
using NodeAgent.Sandbox;
using NodeAgent.Status;

namespace NodeAgent.Agent;

/// <summary>What the rooms of one agent share.</summary>
internal sealed class AgentContext(NodeAgentEdges edges, NodeAgentOptions options, TaskOwner owner)
{
    private readonly TaskCompletionSource _swept = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NodeAgentEdges Edges { get; } = edges;
    public NodeAgentOptions Options { get; } = options;
    public KeyLayout Keys { get; } = new(options.Prefix);
    public ILogger Log { get; } = edges.Logs.CreateLogger("NodeAgent");
    public IDockerEngine Docker => Edges.Docker;
    public TimeProvider Time => Edges.Time;

    /// <summary>Mesos' id of this machine's agent; empty before the first SUBSCRIBED, and no task comes before that.</summary>
    public string AgentId { get; set; } = "";
    /// <summary>What the Mesos agent calls its machine: a name or an address.</summary>
    public string Hostname { get; set; } = "";
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>();

    public UpdateQueue Updates { get; } = new(edges, options);
    public PodStatusWriter Statuses { get; } = new(edges, options);
    public DockerWatch Watch { get; } = new(edges, options);
    public SandboxImage SandboxImage { get; } = new(edges);

    /// <summary>Ends when what dead runs left on this machine is gone; no container is made before.</summary>
    public Task Swept => _swept.Task.OnLoop();

    /// <summary>Runs something beside; its unexpected end is the agent's.</summary>
    public Task Own(Func<Task> work) => owner.Start(work);

    public void SweepDone() => _swept.TrySetResult();

    /// <summary>The labels of a container of a pod: by them it is found again, adopted or swept.</summary>
    public Dictionary<string, string> Labels(PodTask pod, string taskId, string container, int restartCount) => new()
    {
        [ContainerLabels.FrameworkId] = Options.FrameworkId,
        [ContainerLabels.HostId] = Edges.Locks.HostId,
        [ContainerLabels.AgentId] = AgentId,
        [ContainerLabels.ExecutorId] = Options.ExecutorId,
        [ContainerLabels.Run] = Options.Run,
        [ContainerLabels.TaskId] = taskId,
        [ContainerLabels.Namespace] = pod.Namespace,
        [ContainerLabels.Pod] = pod.Name,
        [ContainerLabels.Container] = container,
        [ContainerLabels.Uid] = pod.Uid,
        [ContainerLabels.SpecHash] = pod.SpecHash,
        [ContainerLabels.RestartCount] = restartCount.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
