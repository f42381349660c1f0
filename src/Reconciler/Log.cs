using Microsoft.Extensions.Logging;
using Model.Keys;

namespace Reconciler;

/// <summary>Every line that the reconciler logs. Never a secret, never the value of an environment variable.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "leading; the fence is revision {Revision}")]
    public static partial void Leading(ILogger logger, long revision);

    [LoggerMessage(Level = LogLevel.Information, Message = "standing by; {Leader} leads")]
    public static partial void StandingBy(ILogger logger, string leader);

    [LoggerMessage(Level = LogLevel.Warning, Message = "no longer leading: {Why}")]
    public static partial void SteppedDown(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "handed over")]
    public static partial void HandedOver(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "etcd: {Why}; trying again")]
    public static partial void EtcdAway(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mesos: {Why}; trying again")]
    public static partial void MesosAway(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "subscribed as framework {FrameworkId}")]
    public static partial void Subscribed(ILogger logger, string frameworkId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mesos ended the subscription: {Why}")]
    public static partial void MesosError(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Call} failed: {Why}")]
    public static partial void CallFailed(ILogger logger, string call, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "the watch's revision was compacted (oldest {Revision}); listing anew")]
    public static partial void WatchCompacted(ILogger logger, long revision);

    [LoggerMessage(Level = LogLevel.Information, Message = "pod {Pod}: {Decision}: {Why}")]
    public static partial void Decided(ILogger logger, PodKey pod, string decision, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "pod {Pod}: what is written of it was refused {Times} times in a row; a key that stands in its way, under assignments/, would be why. Read again at {At:O}")]
    public static partial void RefusedAgain(ILogger logger, PodKey pod, int times, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Information, Message = "pod {Pod}: placed on {Host} as {TaskId}")]
    public static partial void Placed(ILogger logger, PodKey pod, string host, string taskId);

    [LoggerMessage(Level = LogLevel.Information, Message = "task {TaskId}: {State} {Reason} {Text}")]
    public static partial void TaskSaid(ILogger logger, string taskId, string state, string reason, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "task {TaskId} ({State}) is not one of ours that is wanted; it is {What}")]
    public static partial void Stray(ILogger logger, string taskId, string state, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "node {Host}: node task {TaskId} placed")]
    public static partial void NodePlaced(ILogger logger, string host, string taskId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "node {Agent}: executor {Executor} is lost: {Why}")]
    public static partial void ExecutorLost(ILogger logger, string agent, string executor, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "event {Type} from Mesos: nothing is done about it")]
    public static partial void EventIgnored(ILogger logger, Mesos.V1.Scheduler.Event.Types.Type type);

    [LoggerMessage(Level = LogLevel.Error, Message = "the control loop failed")]
    public static partial void LoopFailed(ILogger logger, Exception exception);
}
