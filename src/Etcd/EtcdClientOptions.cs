namespace Etcd;

/// <summary>How an <see cref="EtcdClient"/> reaches etcd and how patient it is.</summary>
public sealed record EtcdClientOptions
{
    /// <summary>
    /// One member's client URL, such as <c>http://127.0.0.1:2379</c>. Several endpoints, TLS and credentials belong here, and
    /// in <see cref="Grpc.GrpcChannel"/>, once they are wanted.
    /// </summary>
    public required Uri Endpoint { get; init; }

    /// <summary>What every call but a watch may take, its retries included.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first wait between tries of a read or of a watch's connection, and the longest.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan BackoffLongest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After this long without a frame the connection is pinged, and closed if the ping has no answer within
    /// <see cref="PingTimeout"/>. etcd hangs up on clients that ping more often than every 5 s.
    /// </summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(6);

    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For the jitter only. Used under a lock, so one may be shared.</summary>
    public Random Random { get; init; } = new();
}
