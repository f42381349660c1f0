namespace Reconciler.Control;

/// <summary>Mesos does not take this framework as it is: another scheduler took its place, or it was removed.</summary>
public sealed class FrameworkException : Exception
{
    public FrameworkException() { }
    public FrameworkException(string message) : base(message) { }
    public FrameworkException(string message, Exception? inner) : base(message, inner) { }
}
