using Etcd;

namespace Reconciler.Store;

/// <summary>
/// The leader's way to write: every transaction compares the create revision of the leader key, so that a deposed leader's late
/// write fails. Many changes go together; a transaction that fails is split in two, until the one that does not hold is found.
/// </summary>
public sealed class FencedStore(IEtcd etcd, string leaderKey, long leaderRevision)
{
    /// <summary>etcd takes 128 compares and 128 operations; the fence needs one of them.</summary>
    public const int MaxOperations = 120;
    public const int MaxChanges = 60;
    public const long MaxBytes = 1024 * 1024;

    /// <summary>Commits all, in order of packing; each change learns its own outcome.</summary>
    /// <exception cref="LeadershipLostException">Nothing of that transaction was written.</exception>
    /// <exception cref="EtcdException">etcd did not answer: the changes not committed are <see cref="Change.Doubtful"/>.</exception>
    public async Task CommitAsync(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        var todo = new Stack<IReadOnlyList<Change>>(Pack(changes).Reverse());
        while (todo.TryPop(out var group))
        {
            TxnResult result;
            try
            {
                result = await etcd.TxnAsync(Transaction(group), cancellation);
            }
            catch (EtcdException e) when (e.GetType() == typeof(EtcdException))
            {
                // etcd took offence at what is in it (too large, a key twice): the others must not suffer for one.
                Split(group, todo);
                continue;
            }
            catch (Exception)
            {
                foreach (var change in todo.Prepend(group).SelectMany(g => g))
                    change.Doubtful();
                throw;
            }
            if (result.Succeeded)
            {
                foreach (var change in group)
                    change.Applied(result.Revision);
                continue;
            }
            if (!FenceHolds(result))
                throw new LeadershipLostException("the leader key is no longer ours");
            Split(group, todo);
        }
    }

    private static void Split(IReadOnlyList<Change> group, Stack<IReadOnlyList<Change>> todo)
    {
        if (group.Count == 1)
        {
            group[0].Doubtful();
            return;
        }
        todo.Push([.. group.Skip(group.Count / 2)]);
        todo.Push([.. group.Take(group.Count / 2)]);
    }

    private Txn Transaction(IReadOnlyList<Change> group) => new()
    {
        If = [Compare.CreateRevision(leaderKey, CompareResult.Equal, leaderRevision), .. group.SelectMany(change => change.If)],
        Then = [.. group.SelectMany(change => change.Then)],
        Else = [Op.Get(leaderKey)],
    };

    private bool FenceHolds(TxnResult result) =>
        result.Responses is [{ KeyValues: [var leader, ..] }, ..] && leader.CreateRevision == leaderRevision;

    private static IEnumerable<IReadOnlyList<Change>> Pack(IReadOnlyList<Change> changes)
    {
        var group = new List<Change>();
        int compares = 0, operations = 0;
        long bytes = 0;
        foreach (var change in changes)
        {
            var full = group.Count == MaxChanges
                || compares + change.If.Count > MaxOperations
                || operations + change.Then.Count > MaxOperations
                || bytes + change.Bytes > MaxBytes;
            if (full && group.Count > 0)
            {
                yield return group;
                group = [];
                (compares, operations, bytes) = (0, 0, 0);
            }
            group.Add(change);
            compares += change.If.Count;
            operations += change.Then.Count;
            bytes += change.Bytes;
        }
        if (group.Count > 0)
            yield return group;
    }
}
