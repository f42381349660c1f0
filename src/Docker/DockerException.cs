namespace Docker;

/// <summary>A call that the Engine refused or did not answer.</summary>
public sealed class DockerException : Exception
{
    public DockerException() { }
    public DockerException(string message) : base(message) { }
    public DockerException(string message, Exception? inner) : base(message, inner) { }
    public DockerException(string message, int statusCode) : base(message) => StatusCode = statusCode;

    /// <summary>The HTTP status of the refusal; null where there was no answer: the call may have taken effect.</summary>
    public int? StatusCode { get; }
}
