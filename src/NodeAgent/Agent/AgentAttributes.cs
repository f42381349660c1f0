using System.Globalization;
using Mesos.V1;

namespace NodeAgent.Agent;

/// <summary>Attributes of a Mesos agent in Mesos' own way of writing values.</summary>
internal static class AgentAttributes
{
    public static IReadOnlyDictionary<string, string> ToText(IEnumerable<Mesos.V1.Attribute> attributes)
    {
        var texts = new Dictionary<string, string>();
        foreach (var attribute in attributes)
            texts[attribute.Name] = ToText(attribute);
        return texts;
    }

    private static string ToText(Mesos.V1.Attribute attribute) => attribute.Type switch
    {
        Value.Types.Type.Scalar => attribute.Scalar?.Value.ToString(CultureInfo.InvariantCulture) ?? "",
        Value.Types.Type.Text => attribute.Text?.Value ?? "",
        Value.Types.Type.Set => $"{{{string.Join(",", attribute.Set?.Item ?? [])}}}",
        Value.Types.Type.Ranges => $"[{string.Join(",", attribute.Ranges?.Range.Select(r => $"{r.Begin}-{r.End}") ?? [])}]",
        _ => "",
    };
}
