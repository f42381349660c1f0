using System.Text.Json.Nodes;
using Model;
using Model.Reading;
using Podctl.Pods;

namespace Podctl.Output;

/// <summary>One change of a status key in one line.</summary>
internal static class ChangeLine
{
    public static string Text(StatusChange change) => Shown.Line(Words(change));

    private static string Words(StatusChange change)
    {
        if (change.Unreadable)
            return $"{change.Pod}: the status key holds no status";
        if (change.Status is null)
            return $"{change.Pod}   deleted";
        var message = PodSummary.Message(change.Status);
        return $"{change.Pod}   {PodSummary.State(change.Status)}   {PodSummary.Ready(change.Status)}   "
            + $"restarts {PodSummary.Restarts(change.Status)}   {PodSummary.Host(change.Status)}   {PodSummary.Ports(change.Status)}"
            + (message.Length > 0 ? "   " + message : "");
    }

    /// <summary>`{"type":"PUT"|"DELETE","revision":…,"namespace":…,"name":…,"status":{…}}`.</summary>
    public static string Json(StatusChange change)
    {
        var line = new JsonObject
        {
            ["type"] = change.Status is null && !change.Unreadable ? "DELETE" : "PUT",
            ["revision"] = change.Revision,
            ["namespace"] = change.Pod.Namespace,
            ["name"] = change.Pod.Name,
        };
        if (change.Status is { } status)
            line["status"] = JsonNode.Parse(ModelJson.Write(status));
        return Documents.Json(line, indented: false);
    }
}
