using Etcd.Grpc;

namespace Etcd.Wire;

/// <summary>
/// From gRPC's status to the seam's exceptions. etcd gives one code to several things, so its messages
/// (etcdserver/api/v3rpc/rpctypes) decide where the code does not.
/// </summary>
internal static class EtcdErrors
{
    public static EtcdException From(GrpcException e) => e.Status switch
    {
        GrpcStatus.Unavailable or GrpcStatus.DeadlineExceeded or GrpcStatus.Cancelled => new EtcdUnavailableException(e.Message, e),
        GrpcStatus.OutOfRange when IsCompacted(e.Message) => new EtcdCompactedException(e.Message, e),
        GrpcStatus.NotFound when e.Message.Contains("requested lease not found", StringComparison.Ordinal)
            => new EtcdLeaseNotFoundException(e.Message, e),
        GrpcStatus.ResourceExhausted when e.Message.Contains("database space exceeded", StringComparison.Ordinal)
            => new EtcdNoSpaceException(e.Message, e),
        GrpcStatus.ResourceExhausted when e.Message.Contains("too many requests", StringComparison.Ordinal)
            => new EtcdUnavailableException(e.Message, e),
        GrpcStatus.FailedPrecondition when e.Message.Contains("not leader", StringComparison.Ordinal)
            => new EtcdUnavailableException(e.Message, e),
        // A context of the server's own that ran out, passed on without a code.
        GrpcStatus.Unknown when e.Message.StartsWith("context ", StringComparison.Ordinal) => new EtcdUnavailableException(e.Message, e),
        _ => new EtcdException($"{e.Message} ({e.Status})", e),
    };

    /// <summary>Why the server cancelled one watch of a stream; etcd gives a reason in words only.</summary>
    public static EtcdException FromCancelReason(string reason)
    {
        if (IsCompacted(reason))
            return new EtcdCompactedException(reason);
        return new EtcdException(reason.Length > 0 ? reason : "the server cancelled the watch");
    }

    private static bool IsCompacted(string message) => message.Contains("has been compacted", StringComparison.Ordinal);
}
