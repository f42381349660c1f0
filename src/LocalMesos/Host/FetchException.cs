namespace LocalMesos.Host;

/// <summary>A URI of an executor could not be brought into its sandbox.</summary>
public sealed class FetchException : Exception
{
    public FetchException() { }
    public FetchException(string message) : base(message) { }
    public FetchException(string message, Exception? inner) : base(message, inner) { }
}
