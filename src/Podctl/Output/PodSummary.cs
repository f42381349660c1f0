using System.Globalization;
using Model.Status;

namespace Podctl.Output;

/// <summary>A pod in a few words: what the columns of `get pods` and the lines of `watch pods` show.</summary>
internal static class PodSummary
{
    /// <summary>Ready containers over all of them.</summary>
    /// <param name="asked">How many containers the spec has, where the status does not list them yet.</param>
    public static string Ready(PodStatus? status, int asked = 0)
    {
        var containers = status?.ContainerStatuses ?? [];
        var all = containers.Count > 0 ? containers.Count : asked;
        return string.Create(CultureInfo.InvariantCulture, $"{containers.Count(c => c.Ready)}/{all}");
    }

    /// <summary>The word that says most: why a container waits, else why the pod does, else its phase.</summary>
    public static string State(PodStatus? status) => status switch
    {
        null => "Unanswered",
        { Phase: PodPhase.Succeeded } => "Completed",
        { Phase: PodPhase.Running or PodPhase.Pending, ContainerStatuses: var all }
            when all.Select(c => c.State.Waiting?.Reason).FirstOrDefault(r => r is not null) is { } waiting => waiting,
        { Phase: not PodPhase.Running, Reason: { Length: > 0 } reason } => reason,
        _ => status.Phase.ToString(),
    };

    public static string Restarts(PodStatus? status) =>
        (status?.ContainerStatuses.Sum(c => c.RestartCount) ?? 0).ToString(CultureInfo.InvariantCulture);

    public static string Host(PodStatus? status) => status?.HostIP ?? "-";

    /// <summary>`31000->8080` for each port; the protocol where it is not TCP.</summary>
    public static string Ports(PodStatus? status) => status?.Ports is { Count: > 0 } ports ? string.Join(",", ports.Select(Port)) : "-";

    public static string Port(PortStatus port) => string.Create(
        CultureInfo.InvariantCulture, $"{port.HostPort}->{port.ContainerPort}{(port.Protocol == "TCP" ? "" : "/" + port.Protocol)}");

    /// <summary>What a person should know: that the newest spec was refused, or why the pod is as it is.</summary>
    public static string Message(PodStatus? status) =>
        status?.Conditions.Find(ConditionTypes.Accepted) is { Status: ConditionStatus.False } refused
            ? $"spec refused: {refused.Message ?? refused.Reason}"
            : status?.Message ?? "";
}
