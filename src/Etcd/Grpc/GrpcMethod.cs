using Google.Protobuf;

namespace Etcd.Grpc;

/// <summary>A method's path, such as <c>/etcdserverpb.KV/Range</c>, and how its answers are read.</summary>
internal sealed record GrpcMethod<TResponse>(string Path, MessageParser<TResponse> Parser)
    where TResponse : class, IMessage<TResponse>;
