using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>What the core wants done in the world, in this order. Whoever runs it performs them one after the other.</summary>
public abstract record Effect
{
    private Effect() { }

    public sealed record SendToScheduler(StreamId Stream, SchedulerEvent Event) : Effect;

    /// <summary>A clean end of the stream (last chunk). No <see cref="MesosCore.SchedulerGone"/> need follow.</summary>
    public sealed record CloseScheduler(StreamId Stream) : Effect;

    public sealed record SendToExecutor(ConnectionId Connection, ExecutorEvent Event) : Effect;

    /// <summary>Ends an executor's stream: cleanly, or as a dying agent does (abrupt: without the last chunk).</summary>
    public sealed record CloseExecutor(ConnectionId Connection, bool Abrupt = false) : Effect;

    /// <summary>
    /// Fetch the command's URIs into the sandbox and start it there; its end is told by
    /// <see cref="MesosCore.ExecutorExited"/>, a failure before by <see cref="MesosCore.ExecutorNotStarted"/>.
    /// </summary>
    /// <param name="Environment">All of it: the executor inherits nothing.</param>
    /// <param name="Sandbox">Below the agent's work directory, absolute if that is.</param>
    public sealed record StartExecutor(
        int Agent, ContainerID ContainerId, ExecutorInfo Executor,
        IReadOnlyDictionary<string, string> Environment, string Sandbox) : Effect;

    /// <summary>Kill all processes of the container at once (SIGKILL); <see cref="MesosCore.ExecutorExited"/> follows.</summary>
    public sealed record KillExecutor(ContainerID ContainerId) : Effect;
}
