using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LocalMesos.Host;

internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Protobuf = "application/x-protobuf";

    private static readonly MediaTypeHeaderValue JsonValue = new(Json);
    private static readonly MediaTypeHeaderValue ProtobufValue = new(Protobuf);

    /// <summary>True for JSON, false for protobuf, null for neither; Mesos prefers JSON where both are allowed.</summary>
    public static bool? AcceptsJson(StringValues accept)
    {
        if (StringValues.IsNullOrEmpty(accept))
            return true;
        if (!MediaTypeHeaderValue.TryParseList(accept, out var values))
            return null;
        if (values.Any(JsonValue.IsSubsetOf))
            return true;
        return values.Any(ProtobufValue.IsSubsetOf) ? false : null;
    }
}
