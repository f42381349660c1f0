using Mesos.V1;

namespace LocalMesos.Core;

internal enum ExecutorState
{
    /// <summary>Started, not subscribed yet: its tasks are queued.</summary>
    Registering,
    Running,
    /// <summary>Was told to shut down, or is being killed.</summary>
    Terminating,
    /// <summary>Its container is gone; it stays known until the last update of its tasks is acknowledged.</summary>
    Terminated,
}

/// <summary>One run of an executor on an agent.</summary>
internal sealed class Executor(Framework framework, Agent agent, ExecutorInfo info, ContainerID containerId)
{
    public Framework Framework { get; } = framework;
    public Agent Agent { get; } = agent;
    public ExecutorInfo Info { get; } = info;
    public ContainerID ContainerId { get; } = containerId;
    public string Id => Info.ExecutorId.Value;

    public ExecutorState State { get; set; } = ExecutorState.Registering;
    public ConnectionId? Connection { get; set; }

    /// <summary>Not delivered yet: they wait for its subscription.</summary>
    public List<MesosTask> Queued { get; } = [];

    /// <summary>Delivered and not terminal, or terminal and not acknowledged; in order of launch.</summary>
    public OrderedDictionary<string, MesosTask> Launched { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it ever got a task: one that subscribes and finds none is shut down.</summary>
    public bool EverSentTask { get; set; }

    /// <summary>The registration timeout, or the grace period after SHUTDOWN.</summary>
    public Timers.Timer? Deadline { get; set; }

    /// <summary>Why its tasks end with it, where that is not simply its own end.</summary>
    public (TaskState State, TaskStatus.Types.Reason Reason, string Message)? Cause { get; set; }

    /// <summary>After its agent's restart: not back yet.</summary>
    public bool AwaitedByRecovery { get; set; }

    /// <summary>It ended while its agent was down; told at the agent's return.</summary>
    public int? EndedWithStatus { get; set; }

    public IEnumerable<MesosTask> AllTasks => [.. Launched.Values, .. Queued];
}
