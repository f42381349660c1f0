using Podctl.Pods;

namespace Podctl.Output;

internal static class PodTable
{
    private static readonly string[] Common = ["NAME", "READY", "STATUS", "RESTARTS", "HOST", "PORTS", "AGE"];

    public static void Write(TextWriter output, IReadOnlyList<PodRecord> pods, bool withNamespace, bool wide)
    {
        string[] headings = [.. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(), .. Common, .. wide ? ["AGENT", "TASK", "MESSAGE"] : Array.Empty<string>()];
        var table = new Columns(headings);
        foreach (var pod in pods)
        {
            // The spec is read, which takes long for thousands, only where the status does not tell.
            var asked = pod.Status is { ContainerStatuses.Count: > 0 } ? 0 : pod.Reading?.Pod?.Spec.Containers.Count ?? 0;
            List<string> cells =
            [
                pod.Key.Name, PodSummary.Ready(pod.Status, asked), pod.SpecValue is null ? "Terminating" : PodSummary.State(pod.Status),
                PodSummary.Restarts(pod.Status), PodSummary.Host(pod.Status), PodSummary.Ports(pod.Status), Age.Since(pod.Status?.StartTime),
            ];
            if (withNamespace)
                cells.Insert(0, pod.Key.Namespace);
            if (wide)
                cells.AddRange([pod.Status?.AgentId ?? "-", pod.Status?.TaskId ?? "-", PodSummary.Message(pod.Status)]);
            table.Add(cells);
        }
        table.Write(output);
    }
}
