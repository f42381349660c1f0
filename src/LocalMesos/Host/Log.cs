namespace LocalMesos.Host;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "executor {executor} started: container {id}, pid {pid}")]
    public static partial void ExecutorStarted(ILogger logger, string executor, string id, int pid);

    [LoggerMessage(2, LogLevel.Information, "executor {executor} ended: container {id}, wait status {status}")]
    public static partial void ExecutorEnded(ILogger logger, string executor, string id, int status);

    [LoggerMessage(3, LogLevel.Warning, "executor {executor} not started: container {id}: {why}")]
    public static partial void ExecutorNotStarted(ILogger logger, string executor, string id, string why);

    [LoggerMessage(4, LogLevel.Information, "master {id} on {ip}:{port}; agents on {first} to {last}; sandboxes below {folder}")]
    public static partial void Listening(ILogger logger, string id, string ip, int port, int first, int last, string folder);

    [LoggerMessage(5, LogLevel.Information, "ending; executors have {seconds} s")]
    public static partial void Ending(ILogger logger, double seconds);
}
