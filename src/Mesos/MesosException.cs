namespace Mesos;

/// <summary>A call that Mesos refused, a stream that broke, or bytes that are not its protocol.</summary>
public sealed class MesosException : Exception
{
    public MesosException() { }
    public MesosException(string message) : base(message) { }
    public MesosException(string message, Exception? inner) : base(message, inner) { }
    public MesosException(string message, int statusCode) : base(message) => StatusCode = statusCode;

    /// <summary>The HTTP status of the refusal; null where there was no answer.</summary>
    public int? StatusCode { get; }
}
