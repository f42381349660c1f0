namespace Etcd;

/// <summary>The lease ran out by our own clock, or etcd no longer knows it: what was held by it must be given up at once.</summary>
public sealed class LeaseLostException : EtcdException
{
    public LeaseLostException() { }
    public LeaseLostException(string message) : base(message) { }
    public LeaseLostException(string message, Exception? inner) : base(message, inner) { }
}
