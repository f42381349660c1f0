using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Etcd.Grpc;

/// <summary>Finds a call's status: in the trailers, or in the headers of an answer that has no body.</summary>
internal static class GrpcAnswer
{
    /// <summary>Looks at the headers only: whether this is gRPC at all, and not a refusal at once.</summary>
    public static void ThrowIfRefused(HttpResponseMessage response)
    {
        if (StatusIn(response.Headers) is not null)
            ThrowUnlessOk(response.Headers);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new GrpcException(Map(response.StatusCode), $"the server answered HTTP {(int)response.StatusCode}");
        if (response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
            throw new GrpcException(GrpcStatus.Unknown, "the server does not speak gRPC");
    }

    /// <summary>To be called when the body has been read to its end.</summary>
    public static void ThrowIfFailed(HttpResponseMessage response) =>
        ThrowUnlessOk(StatusIn(response.TrailingHeaders) is null ? response.Headers : response.TrailingHeaders);

    private static void ThrowUnlessOk(HttpHeaders headers)
    {
        // No status: the answer was cut off.
        if (StatusIn(headers) is not { } status)
            throw new GrpcException(GrpcStatus.Unavailable, "the answer ended without a status");
        if (status == GrpcStatus.Ok)
            return;
        var text = headers.TryGetValues("grpc-message", out var values) ? Uri.UnescapeDataString(string.Concat(values)) : $"status {status}";
        throw new GrpcException(status, text);
    }

    private static GrpcStatus? StatusIn(HttpHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values))
            return null;
        return int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= (int)GrpcStatus.Unauthenticated
            ? (GrpcStatus)code
            : GrpcStatus.Unknown;
    }

    private static GrpcStatus Map(HttpStatusCode code) => code switch
    {
        HttpStatusCode.Unauthorized => GrpcStatus.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatus.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatus.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            => GrpcStatus.Unavailable,
        _ => GrpcStatus.Unknown,
    };
}
