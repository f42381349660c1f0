namespace Etcd;

/// <summary>A call that etcd refused, or that had no answer: whether it took effect is then unknown.</summary>
public class EtcdException : Exception
{
    public EtcdException() { }
    public EtcdException(string message) : base(message) { }
    public EtcdException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>No connection, no leader, or no answer within the deadline. The call may or may not have taken effect.</summary>
public sealed class EtcdUnavailableException : EtcdException
{
    public EtcdUnavailableException() { }
    public EtcdUnavailableException(string message) : base(message) { }
    public EtcdUnavailableException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>The revision asked for is older than <see cref="CompactRevision"/>: list anew.</summary>
public sealed class EtcdCompactedException : EtcdException
{
    public EtcdCompactedException() { }
    public EtcdCompactedException(string message) : base(message) { }
    public EtcdCompactedException(string message, Exception? inner) : base(message, inner) { }
    public EtcdCompactedException(long compactRevision)
        : base($"the revision asked for has been compacted; the oldest is {compactRevision}") => CompactRevision = compactRevision;

    /// <summary>0 where etcd did not say.</summary>
    public long CompactRevision { get; }
}

/// <summary>The lease that a put names has expired or was revoked.</summary>
public sealed class EtcdLeaseNotFoundException : EtcdException
{
    public EtcdLeaseNotFoundException() { }
    public EtcdLeaseNotFoundException(string message) : base(message) { }
    public EtcdLeaseNotFoundException(string message, Exception? inner) : base(message, inner) { }
}

/// <summary>etcd's space quota is exceeded (alarm NOSPACE): only deletes and compaction are taken.</summary>
public sealed class EtcdNoSpaceException : EtcdException
{
    public EtcdNoSpaceException() { }
    public EtcdNoSpaceException(string message) : base(message) { }
    public EtcdNoSpaceException(string message, Exception? inner) : base(message, inner) { }
}
