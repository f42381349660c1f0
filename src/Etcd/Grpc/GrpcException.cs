namespace Etcd.Grpc;

/// <summary>A call that did not end with OK. The message is the server's, or says what became of the connection.</summary>
internal sealed class GrpcException(GrpcStatus status, string message, Exception? inner = null) : Exception(message, inner)
{
    public GrpcStatus Status { get; } = status;

    public static GrpcException ConnectionLost(Exception cause) => new(GrpcStatus.Unavailable, cause.Message, cause);
}
