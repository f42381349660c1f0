using System.Globalization;
using Model.Assignments;
using Model.Reading;
using Model.Status;
using Podctl.Pods;

namespace Podctl.Output;

/// <summary>The text of `describe pod`: fields first, then conditions, faults, containers, assignments and the spec.</summary>
internal static class PodDescription
{
    public static void Write(TextWriter output, PodRecord pod, IReadOnlyList<Assignment> assignments)
    {
        var status = pod.Status;
        Field(output, "Name", pod.Key.Name);
        Field(output, "Namespace", pod.Key.Namespace);
        Field(output, "Labels", pod.Reading?.Pod?.Metadata.Labels is { Count: > 0 } labels ? string.Join(", ", labels.Select(l => $"{l.Key}={l.Value}")) : null);
        Field(output, "Phase", status?.Phase.ToString() ?? "no status yet");
        Field(output, "Reason", status?.Reason);
        Field(output, "Message", status?.Message);
        Field(output, "Start time", Time(status?.StartTime));
        Field(output, "Host IP", status?.HostIP);
        Field(output, "Pod IP", status?.PodIP);
        Field(output, "Agent", status?.AgentId);
        Field(output, "Task", status?.TaskId);
        Field(output, "Uid", status?.Uid is { } uid ? string.Create(CultureInfo.InvariantCulture, $"{uid} (attempt {status.Attempt})") : null);
        Field(output, "Revision", Revision(pod));
        WritePorts(output, status);
        WriteConditions(output, status);
        WriteFaults(output, status);
        WriteContainers(output, status);
        WriteAssignments(output, assignments);
        WriteSpec(output, pod);
    }

    private static string? Revision(PodRecord pod) => (pod.SpecValue, pod.Status) switch
    {
        (null, _) => "the spec is deleted",
        ({ } spec, null) => string.Create(CultureInfo.InvariantCulture, $"{spec.ModRevision}, not answered yet"),
        ({ } spec, { } status) when spec.ModRevision == status.ObservedRevision => spec.ModRevision.ToString(CultureInfo.InvariantCulture),
        ({ } spec, { } status) => string.Create(CultureInfo.InvariantCulture, $"{spec.ModRevision}, answered up to {status.ObservedRevision}"),
    };

    private static void WritePorts(TextWriter output, PodStatus? status)
    {
        if (status is not { Ports.Count: > 0 })
            return;
        Heading(output, "Ports");
        foreach (var port in status.Ports)
        {
            output.WriteLine(Shown.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  {port.Container}{(port.Name is null ? "" : "/" + port.Name)}: {status.HostIP}:{port.HostPort} -> {port.ContainerPort}/{port.Protocol}")));
        }
    }

    private static void WriteConditions(TextWriter output, PodStatus? status)
    {
        if (status is not { Conditions.Count: > 0 })
            return;
        Heading(output, "Conditions");
        var table = new Columns("  TYPE", "STATUS", "REASON", "SINCE", "MESSAGE");
        foreach (var condition in status.Conditions)
            table.Add("  " + condition.Type, condition.Status.ToString(), condition.Reason ?? "-", Time(condition.LastTransitionTime) ?? "-", condition.Message ?? "");
        table.Write(output);
    }

    private static void WriteFaults(TextWriter output, PodStatus? status)
    {
        if (status is not { Faults.Count: > 0 })
            return;
        Heading(output, "Faults of the newest spec");
        foreach (var fault in status.Faults)
            output.WriteLine("  " + FaultLine.Of(fault));
    }

    private static void WriteContainers(TextWriter output, PodStatus? status)
    {
        foreach (var container in status?.ContainerStatuses ?? [])
        {
            Heading(output, $"Container {container.Name}");
            Field(output, "  Image", container.Image);
            Field(output, "  Image ID", container.ImageID);
            Field(output, "  Container ID", container.ContainerID);
            Field(output, "  Ready", container.Ready ? "yes" : "no");
            Field(output, "  Restarts", container.RestartCount.ToString(CultureInfo.InvariantCulture));
            Field(output, "  State", State(container.State));
            Field(output, "  Before", container.LastState is { } last ? State(last) : null);
        }
    }

    private static string State(ContainerStateStatus state) => state switch
    {
        { Running: { } running } => $"running since {Time(running.StartedAt) ?? "an unknown time"}",
        { Terminated: { } ended } => string.Create(
            CultureInfo.InvariantCulture,
            $"ended with {ended.ExitCode} ({ended.Reason}{(ended.Signal is { } signal ? $", signal {signal}" : "")}){Said(ended.Message)}{At(ended.FinishedAt)}"),
        { Waiting: { } waiting } => $"waits: {waiting.Reason}{Said(waiting.Message)}",
        _ => "unknown",
    };

    private static string Said(string? message) => message is null ? "" : $": {message}";

    private static string At(DateTimeOffset? time) => Time(time) is { } text ? $" at {text}" : "";

    private static void WriteAssignments(TextWriter output, IReadOnlyList<Assignment> assignments)
    {
        if (assignments.Count == 0)
            return;
        Heading(output, "Assignments");
        var table = new Columns("  UID", "AGENT", "HOST", "CREATED", "TASK STATE", "STOP");
        foreach (var assignment in assignments)
        {
            table.Add(
                "  " + assignment.Uid, assignment.AgentId, assignment.Hostname, Time(assignment.CreatedAt) ?? "-",
                assignment.Report?.State ?? "-", assignment.Stop?.Reason ?? "-");
        }
        table.Write(output);
    }

    private static void WriteSpec(TextWriter output, PodRecord pod)
    {
        if (pod.SpecValue is null)
            return;
        Heading(output, "Spec");
        foreach (var line in System.Text.Encoding.UTF8.GetString(pod.SpecValue.Value.Span).TrimEnd().Split('\n'))
            output.WriteLine("  " + Printable.Text(line.TrimEnd('\r')));
    }

    private static void Heading(TextWriter output, string text)
    {
        output.WriteLine();
        output.WriteLine(Shown.Line(text) + ":");
    }

    private static void Field(TextWriter output, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            output.WriteLine($"{name + ":",-18}{Shown.Line(value)}");
    }

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
