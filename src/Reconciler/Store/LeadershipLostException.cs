namespace Reconciler.Store;

/// <summary>Another leads, or nobody: whatever this process still meant to do, it must not.</summary>
public sealed class LeadershipLostException : Exception
{
    public LeadershipLostException() { }
    public LeadershipLostException(string message) : base(message) { }
    public LeadershipLostException(string message, Exception? inner) : base(message, inner) { }
}
