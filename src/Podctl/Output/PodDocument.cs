using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Model;
using Podctl.Pods;

namespace Podctl.Output;

/// <summary>
/// A pod as programs read it: Kubernetes' shape, with the spec as it was accepted (or, where it cannot be read, left out) and
/// the status key's own JSON. `metadata.resourceVersion` is the spec's mod revision.
/// </summary>
internal static class PodDocument
{
    public static JsonObject Of(PodRecord pod)
    {
        var accepted = pod.Reading?.Pod is { } read ? JsonNode.Parse(ModelJson.Write(read))!.AsObject() : null;
        var metadata = accepted?["metadata"]?.DeepClone().AsObject()
            ?? new JsonObject { ["namespace"] = pod.Key.Namespace, ["name"] = pod.Key.Name };
        if (pod.SpecValue is { } value)
            metadata["resourceVersion"] = value.ModRevision.ToString(CultureInfo.InvariantCulture);
        var document = new JsonObject { ["apiVersion"] = "reconciler/v1", ["kind"] = "Pod", ["metadata"] = metadata };
        if (accepted?["spec"] is { } spec)
            document["spec"] = spec.DeepClone();
        if (pod.Status is { } status)
            document["status"] = JsonNode.Parse(ModelJson.Write(status));
        return document;
    }

    public static JsonObject List(IEnumerable<JsonObject> items) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items]) };
}
