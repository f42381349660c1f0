namespace Docker;

/// <summary>A call that the Engine refused or did not answer.</summary>
public sealed class DockerException : Exception
{
    public DockerException() { }
    public DockerException(string message) : base(message) { }
    public DockerException(string message, Exception? inner) : base(message, inner) { }
    public DockerException(string message, int statusCode) : base(message) => StatusCode = statusCode;

    /// <summary>
    /// The HTTP status of the refusal; null where there was no whole answer: the call may have taken effect. A failure that
    /// Docker reports in mid-stream, after its 200 (a pull cut off), has the code that Docker gives there, or 500.
    /// </summary>
    public int? StatusCode { get; }
}
