using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Docker.Wire;

/// <summary>The Engine's JSON, generated at build time: a trimmed program has no reflection to fall back on.</summary>
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(RefusalAnswer))]
[JsonSerializable(typeof(CreateBody))]
[JsonSerializable(typeof(CreateAnswer))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(ListedContainer))]
[JsonSerializable(typeof(InspectedContainer))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(InspectedImage))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(Dictionary<string, IReadOnlyCollection<string>>), TypeInfoPropertyName = "FilterMap")]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Bodies go to a socket, never into HTML: characters stay as they are.</summary>
    public static readonly WireJson Shared = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
