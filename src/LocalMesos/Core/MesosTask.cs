using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>A task, as its agent sees it and as the master does: the two differ while an update is on its way.</summary>
internal sealed class MesosTask(Framework framework, Agent agent, Executor executor, TaskInfo info)
{
    public Framework Framework { get; } = framework;
    public Agent Agent { get; } = agent;
    public Executor Executor { get; } = executor;
    public TaskInfo Info { get; } = info;
    public string Id => Info.TaskId.Value;

    /// <summary>The latest state that the agent has.</summary>
    public TaskState State { get; set; } = TaskState.TaskStaging;

    /// <summary>The state of the last update that was sent to the scheduler: what reconciliation answers.</summary>
    public TaskState ToldState { get; set; } = TaskState.TaskStaging;

    /// <summary>False once the master knows that it is over and has its resources back.</summary>
    public bool HoldsResources { get; set; } = true;

    /// <summary>Whether its agent is lost to the master: then it is neither reconciled implicitly nor killable.</summary>
    public DateTimeOffset? UnreachableSince { get; set; }

    public bool IsTerminal => IsTerminalState(State);

    public static bool IsTerminalState(TaskState state) => state
        is TaskState.TaskFinished or TaskState.TaskFailed or TaskState.TaskKilled or TaskState.TaskError
        or TaskState.TaskLost or TaskState.TaskDropped or TaskState.TaskGone;
}
