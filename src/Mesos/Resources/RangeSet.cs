using System.Collections.Immutable;
using System.Globalization;

namespace Mesos.Resources;

/// <summary>A set of numbers as few inclusive ranges, ports above all: sorted, disjoint, never adjacent. An immutable value.</summary>
public sealed class RangeSet : IEquatable<RangeSet>
{
    public static RangeSet Empty { get; } = new([]);

    private RangeSet(ImmutableArray<(ulong Begin, ulong End)> ranges) => Ranges = ranges;

    /// <summary>Both ends belong to their range.</summary>
    public ImmutableArray<(ulong Begin, ulong End)> Ranges { get; }

    public bool IsEmpty => Ranges.IsEmpty;

    /// <summary>How many numbers these are.</summary>
    public ulong Count => Ranges.Aggregate(0UL, (sum, range) => sum + (range.End - range.Begin + 1));

    /// <summary>The numbers one by one, ascending.</summary>
    public IEnumerable<ulong> Numbers
    {
        get
        {
            foreach (var (begin, end) in Ranges)
            {
                for (var number = begin; ; number++)
                {
                    yield return number;
                    if (number == end)
                        break;
                }
            }
        }
    }

    public static RangeSet Of(params IEnumerable<ulong> numbers) => From(numbers.Select(number => (number, number)));

    /// <summary>Of ranges in any order, overlapping or not. Throws <see cref="ArgumentException"/> where one ends before it begins.</summary>
    public static RangeSet From(IEnumerable<(ulong Begin, ulong End)> ranges)
    {
        var merged = ImmutableArray.CreateBuilder<(ulong Begin, ulong End)>();
        foreach (var (begin, end) in ranges.Order())
        {
            if (end < begin)
                throw new ArgumentException($"the range {begin}-{end} ends before it begins", nameof(ranges));
            if (merged.Count > 0 && (merged[^1].End == ulong.MaxValue || begin <= merged[^1].End + 1))
                merged[^1] = (merged[^1].Begin, Math.Max(merged[^1].End, end));
            else
                merged.Add((begin, end));
        }
        return merged.Count == 0 ? Empty : new RangeSet(merged.ToImmutable());
    }

    public bool Contains(ulong number) => Ranges.Any(range => range.Begin <= number && number <= range.End);

    public bool Contains(RangeSet other) =>
        other.Ranges.All(inner => Ranges.Any(outer => outer.Begin <= inner.Begin && inner.End <= outer.End));

    public RangeSet Union(RangeSet other) => other.IsEmpty ? this : IsEmpty ? other : From(Ranges.Concat(other.Ranges));

    /// <summary>Without the other's numbers; those it has and this one has not make no difference.</summary>
    public RangeSet Except(RangeSet other)
    {
        if (other.IsEmpty || IsEmpty)
            return this;
        var left = new List<(ulong Begin, ulong End)>();
        foreach (var (begin, end) in Ranges)
        {
            var from = begin;
            var whole = true;
            foreach (var cut in other.Ranges)
            {
                if (cut.End < from || cut.Begin > end)
                    continue;
                if (cut.Begin > from)
                    left.Add((from, cut.Begin - 1));
                if (cut.End >= end)
                {
                    whole = false;
                    break;
                }
                from = cut.End + 1;
            }
            if (whole)
                left.Add((from, end));
        }
        return From(left);
    }

    public RangeSet Intersect(RangeSet other) => Except(Except(other));

    public bool Equals(RangeSet? other) => other is not null && Ranges.AsSpan().SequenceEqual(other.Ranges.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as RangeSet);

    public override int GetHashCode() => Ranges.Aggregate(0, HashCode.Combine);

    /// <summary>As Mesos' flags have it: `[31000-32000, 33000-33000]`.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", Ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Begin}-{range.End}")))}]";
}
