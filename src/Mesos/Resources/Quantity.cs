using System.Collections.Immutable;
using System.Globalization;
using Mesos.V1;

namespace Mesos.Resources;

/// <summary>How much of a kind of resource: an amount, ranges, or a set of names.</summary>
internal abstract record Quantity
{
    public abstract bool IsEmpty { get; }
    public abstract bool Contains(Quantity other);
    public abstract Quantity Add(Quantity other);
    public abstract Quantity Subtract(Quantity other);
    public abstract void WriteTo(Resource resource);

    /// <summary>Throws <see cref="ArgumentException"/> where the value is missing, negative or not a number.</summary>
    public static Quantity Of(Resource resource) => resource.Type switch
    {
        Value.Types.Type.Scalar when resource.Scalar is { } scalar => new Amount(Amount.Fixed(resource.Name, scalar.Value)),
        Value.Types.Type.Ranges when resource.Ranges is { } ranges =>
            new Ranges(RangeSet.From(ranges.Range.Select(range => (range.Begin, range.End)))),
        Value.Types.Type.Set when resource.Set is { } set => new Items(set.Item.ToImmutableSortedSet(StringComparer.Ordinal)),
        _ => throw new ArgumentException($"the resource {resource.Name} has no value of its type {resource.Type}", nameof(resource)),
    };

    /// <summary>In thousandths, as Mesos counts: sums of doubles would not come out even.</summary>
    public sealed record Amount(long Thousandths) : Quantity
    {
        public override bool IsEmpty => Thousandths == 0;
        public override bool Contains(Quantity other) => other is Amount amount && amount.Thousandths <= Thousandths;
        public override Quantity Add(Quantity other) => new Amount(checked(Thousandths + ((Amount)other).Thousandths));
        public override Quantity Subtract(Quantity other) => new Amount(Thousandths - ((Amount)other).Thousandths);
        public override void WriteTo(Resource resource) => resource.Scalar = new Value.Types.Scalar { Value = Thousandths / 1000d };

        public static long Fixed(string name, double value) => value is >= 0 and < 1e15
            ? (long)Math.Round(value * 1000, MidpointRounding.AwayFromZero)
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name}: {value} is no amount"), nameof(value));
    }

    public sealed record Ranges(RangeSet Set) : Quantity
    {
        public override bool IsEmpty => Set.IsEmpty;
        public override bool Contains(Quantity other) => other is Ranges ranges && Set.Contains(ranges.Set);
        public override Quantity Add(Quantity other) => new Ranges(Set.Union(((Ranges)other).Set));
        public override Quantity Subtract(Quantity other) => new Ranges(Set.Except(((Ranges)other).Set));

        public override void WriteTo(Resource resource)
        {
            resource.Ranges = new Value.Types.Ranges();
            resource.Ranges.Range.AddRange(Set.Ranges.Select(range => new Value.Types.Range { Begin = range.Begin, End = range.End }));
        }
    }

    public sealed record Items(ImmutableSortedSet<string> Set) : Quantity
    {
        public override bool IsEmpty => Set.IsEmpty;
        public override bool Contains(Quantity other) => other is Items items && Set.IsSupersetOf(items.Set);
        public override Quantity Add(Quantity other) => new Items(Set.Union(((Items)other).Set));
        public override Quantity Subtract(Quantity other) => new Items(Set.Except(((Items)other).Set));

        public override void WriteTo(Resource resource)
        {
            resource.Set = new Value.Types.Set();
            resource.Set.Item.AddRange(Set);
        }

        public bool Equals(Items? other) => other is not null && Set.SetEquals(other.Set);

        public override int GetHashCode() => Set.Count;
    }
}
