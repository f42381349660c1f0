using Etcd;

namespace Reconciler.Store;

/// <summary>
/// One object's change: what must still hold, and what is then written. Changes of several objects may share a transaction.
/// </summary>
public sealed record Change
{
    /// <summary>For the log.</summary>
    public required string What { get; init; }
    public required IReadOnlyList<Compare> If { get; init; }
    public required IReadOnlyList<Op> Then { get; init; }
    /// <summary>It was written, at this revision.</summary>
    public required Action<long> Applied { get; init; }
    /// <summary>It was refused, or its outcome is not known: read the object again.</summary>
    public required Action Doubtful { get; init; }

    public long Bytes => Then.Sum(op => (long)op.Value.Length + op.Key.Length);
}
