using Mesos.V1;
using Mesos.V1.Executor;
using Microsoft.Extensions.Logging;

namespace NodeAgent;

/// <summary>All that a node agent logs. Never a value from a pod's environment.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information,
        Message = "Node agent {Version} starting as executor {ExecutorId}, run {Run}")]
    public static partial void Starting(ILogger log, string executorId, string run, string version);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Ending: {Reason}")]
    public static partial void Ending(ILogger log, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Subscribed to Mesos agent {AgentId} on {Hostname}")]
    public static partial void Subscribed(ILogger log, string agentId, string hostname);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "The Mesos agent is away: {Reason}")]
    public static partial void Disconnected(ILogger log, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "The Mesos agent says: {Error}")]
    public static partial void AgentError(ILogger log, string error);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "Event {Type} ignored")]
    public static partial void EventIgnored(ILogger log, Event.Types.Type type);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "Task {TaskId} was launched a second time; ignored")]
    public static partial void LaunchedAgain(ILogger log, string taskId);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "Task {TaskId} was launched again after its end as {State}")]
    public static partial void LaunchedAfterEnd(ILogger log, string taskId, TaskState state);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "{TaskId}: {State} {Text}")]
    public static partial void Update(ILogger log, string taskId, TaskState state, string? text);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "{TaskId}: {State} not taken, again soon: {Reason}")]
    public static partial void UpdateNotSent(ILogger log, string taskId, TaskState state, string reason);

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "{TaskId}: {State} refused, and not sent again: {Reason}")]
    public static partial void UpdateRefused(ILogger log, string taskId, TaskState state, string reason);

    [LoggerMessage(EventId = 19, Level = LogLevel.Warning,
        Message = "{TaskId}: {State} was taken {Times} times and never acknowledged: the Mesos agent no longer knows the task")]
    public static partial void UpdateGivenUp(ILogger log, string taskId, TaskState state, int times);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "Docker: {What}: {Reason}")]
    public static partial void DockerFailed(ILogger log, string what, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Information, Message = "Docker's events ended: {Reason}")]
    public static partial void EventsEnded(ILogger log, string reason);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "The sandbox of {TaskId} died with exit code {ExitCode}")]
    public static partial void SandboxDied(ILogger log, string taskId, int exitCode);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, Message = "Container {Name} belongs to no pod any more; removing it")]
    public static partial void Stray(ILogger log, string name);

    [LoggerMessage(EventId = 15, Level = LogLevel.Information, Message = "Removing container {Name} of the dead run {Run}")]
    public static partial void Orphan(ILogger log, string name, string run);

    [LoggerMessage(EventId = 16, Level = LogLevel.Warning,
        Message = "Status of {Namespace}/{Pod} not written to etcd, again soon: {Reason}")]
    public static partial void StatusNotWritten(ILogger log, string @namespace, string pod, string reason);

    [LoggerMessage(EventId = 17, Level = LogLevel.Warning, Message = "etcd: {What}: {Reason}")]
    public static partial void EtcdFailed(ILogger log, string what, string reason);

    [LoggerMessage(EventId = 18, Level = LogLevel.Error, Message = "{TaskId}: the agent failed on this pod")]
    public static partial void Bug(ILogger log, string taskId, Exception e);

    [LoggerMessage(EventId = 20, Level = LogLevel.Error, Message = "Status of {Namespace}/{Pod}: the agent failed on it")]
    public static partial void StatusBug(ILogger log, string @namespace, string pod, Exception e);
}
