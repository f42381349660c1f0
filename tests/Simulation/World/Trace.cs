using System.Globalization;

namespace Simulation.World;

/// <summary>
/// What happened, one line a step: the last lines for people, and a hash over all of them that tells whether two runs were the same.
/// </summary>
public sealed class Trace(int keep)
{
    private const ulong FnvPrime = 1099511628211;

    private readonly Queue<string> _lines = new();
    private ulong _hash = 14695981039346656037;

    public long Count { get; private set; }

    /// <summary>Over every line from the beginning, kept or not.</summary>
    public string Hash => _hash.ToString("x16", CultureInfo.InvariantCulture);

    public IEnumerable<string> Lines => _lines;

    public void Add(TimeSpan at, string who, string what)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,10:0.0000} {who,-14} {what}");
        foreach (var c in line)
            _hash = (_hash ^ c) * FnvPrime;
        Count++;
        _lines.Enqueue(line);
        if (_lines.Count > keep)
            _lines.Dequeue();
    }
}
