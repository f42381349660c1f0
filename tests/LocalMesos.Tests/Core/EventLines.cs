using Google.Protobuf.Reflection;

namespace LocalMesos.Tests.Core;

/// <summary>Events as the lines of Transcripts/*.txt.</summary>
internal static class EventLines
{
    /// <summary>Null for OFFERS and HEARTBEAT, whose time depends on the cycle.</summary>
    public static string? Of(SchedulerEvent happened)
    {
        var type = Name(happened.Type);
        return type switch
        {
            "OFFERS" or "HEARTBEAT" => null,
            "UPDATE" => Join(type, Of(happened.Update.Status)),
            "FAILURE" => Join(type, happened.Failure.ExecutorId?.Value, happened.Failure.HasStatus ? $"{happened.Failure.Status}" : null),
            "ERROR" => Join(type, happened.Error.Message),
            _ => type,
        };
    }

    public static string Of(ExecutorEvent happened)
    {
        var type = Name(happened.Type);
        return type switch
        {
            "LAUNCH" => Join(type, happened.Launch.Task.TaskId.Value),
            "KILL" => Join(type, happened.Kill.TaskId.Value, $"{happened.Kill.KillPolicy?.GracePeriod.Nanoseconds}"),
            "ACKNOWLEDGED" => Join(type, happened.Acknowledged.TaskId.Value),
            _ => type,
        };
    }

    /// <summary>The events of one speaker in a transcript, in order.</summary>
    public static IReadOnlyList<string> FromTranscript(string name, Func<string, bool> who) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Transcripts", name)).Where(line => who(line.Split(' ')[0])),
    ];

    private static string Of(TaskStatus status) => Join(status.TaskId.Value, Name(status.State), Name(status.Source),
        status.HasReason ? Name(status.Reason) : "-", status.HasUuid ? "uuid" : "-", status.Message);

    private static string Join(params string?[] parts) => string.Join(' ', parts.Where(p => !string.IsNullOrEmpty(p)));

    private static string Name<T>(T value)
        where T : struct, Enum =>
        typeof(T).GetField(value.ToString())!.GetCustomAttributes(typeof(OriginalNameAttribute), false)
            .Cast<OriginalNameAttribute>().Single().Name;
}
