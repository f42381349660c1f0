using FsCheck;
using FsCheck.Fluent;
using Mesos.Resources;

namespace Mesos.Tests;

public class RangeSetTests
{
    private static readonly Gen<List<(ulong, ulong)>> SomeRanges =
        Gen.Choose(0, 30).Two().Select(pair => ((ulong)Math.Min(pair.Item1, pair.Item2), (ulong)Math.Max(pair.Item1, pair.Item2)))
            .ListOf().Select(list => list.Take(4).ToList());

    [Fact]
    public void It_does_as_a_set_of_numbers_does() => Prop.ForAll(SomeRanges.Two().ToArbitrary(), pair =>
    {
        var (a, b) = (RangeSet.From(pair.Item1), RangeSet.From(pair.Item2));
        var (x, y) = (Numbers(pair.Item1), Numbers(pair.Item2));
        Same(a, x);
        Same(a.Union(b), x.Union(y));
        Same(a.Except(b), x.Except(y));
        Same(a.Intersect(b), x.Intersect(y));
        a.Contains(b).Should().Be(y.All(x.Contains));
        a.Contains(7).Should().Be(x.Contains(7));
        a.Equals(b).Should().Be(x.SetEquals(y));
        if (a.Equals(b))
            a.GetHashCode().Should().Be(b.GetHashCode());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_largest_numbers_do_not_overflow()
    {
        var top = RangeSet.From([(ulong.MaxValue - 2, ulong.MaxValue), (ulong.MaxValue, ulong.MaxValue)]);
        top.Count.Should().Be(3);
        top.Numbers.Should().HaveCount(3);
        top.Except(RangeSet.Of(ulong.MaxValue)).Ranges.Should().Equal((ulong.MaxValue - 2, ulong.MaxValue - 1));
    }

    [Fact]
    public void A_range_that_ends_before_it_begins_is_refused() =>
        FluentActions.Invoking(() => RangeSet.From([(5, 4)])).Should().Throw<ArgumentException>().WithMessage("*5-4*");

    [Fact]
    public void It_reads_as_in_Mesos() => RangeSet.From([(31_002, 31_005), (31_000, 31_000), (31_001, 31_001), (33_000, 33_000)])
        .ToString().Should().Be("[31000-31005, 33000-33000]");

    private static HashSet<ulong> Numbers(IEnumerable<(ulong Begin, ulong End)> ranges) =>
        [.. ranges.SelectMany(range => Enumerable.Range((int)range.Begin, (int)(range.End - range.Begin + 1)).Select(number => (ulong)number))];

    private static void Same(RangeSet ranges, IEnumerable<ulong> numbers)
    {
        var expected = numbers.Order().ToList();
        ranges.Numbers.Should().Equal(expected);
        ranges.Count.Should().Be((ulong)expected.Count);
        ranges.Ranges.Zip(ranges.Ranges.Skip(1)).All(pair => pair.First.End + 1 < pair.Second.Begin).Should().BeTrue("neighbours are one range");
    }
}
