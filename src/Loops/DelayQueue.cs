namespace Loops;

/// <summary>Keys with the time at which each is due; a key stands in it once, at the time last set.</summary>
public sealed class DelayQueue<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, DateTimeOffset> _due = [];

    public int Count => _due.Count;

    public void Set(TKey key, DateTimeOffset due) => _due[key] = due;

    public void SetIfEarlier(TKey key, DateTimeOffset due)
    {
        if (!_due.TryGetValue(key, out var before) || due < before)
            _due[key] = due;
    }

    public bool Remove(TKey key) => _due.Remove(key);

    public bool Contains(TKey key) => _due.ContainsKey(key);

    public DateTimeOffset? NextDue => _due.Count == 0 ? null : _due.Values.Min();

    /// <summary>Takes out what is due, earliest first.</summary>
    public IReadOnlyList<TKey> TakeDue(DateTimeOffset now)
    {
        var due = _due.Where(pair => pair.Value <= now).OrderBy(pair => pair.Value).Select(pair => pair.Key).ToList();
        foreach (var key in due)
            _due.Remove(key);
        return due;
    }
}
