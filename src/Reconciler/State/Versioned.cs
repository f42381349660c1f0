namespace Reconciler.State;

/// <summary>
/// A value with the revision at which it was last seen to change; a null value with a revision is a deletion. Our own writes and
/// the watch tell of the same changes in either order: the older news never wins.
/// </summary>
public sealed class Versioned<T>
    where T : class
{
    public T? Value { get; private set; }
    public long Revision { get; private set; }

    /// <summary>False where this is no news.</summary>
    public bool Update(T? value, long revision)
    {
        if (revision <= Revision)
            return false;
        Value = value;
        Revision = revision;
        return true;
    }

    /// <summary>The mod revision to compare with: 0 where the key is not there.</summary>
    public long ModRevision => Value is null ? 0 : Revision;
}
