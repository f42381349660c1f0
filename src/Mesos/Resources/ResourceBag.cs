using System.Collections.Immutable;
using Mesos.V1;

namespace Mesos.Resources;

/// <summary>
/// Resources as an immutable value that can be added up and taken apart. Kinds are kept apart by all that a Resource says
/// besides its value: name, role, reservations, role allocated to, provider, disk, revocable, shared, and fields not known
/// here. Equal kinds are merged, empty ones left out. Amounts count in thousandths, as in Mesos.
/// </summary>
public sealed class ResourceBag : IEquatable<ResourceBag>
{
    public static ResourceBag Empty { get; } = new([]);

    private readonly ImmutableSortedDictionary<Kind, Quantity> kinds;

    private ResourceBag(IEnumerable<KeyValuePair<Kind, Quantity>> kinds) =>
        this.kinds = kinds.Where(kind => !kind.Value.IsEmpty).ToImmutableSortedDictionary();

    public bool IsEmpty => kinds.IsEmpty;

    public double Cpus => Amount("cpus");

    /// <summary>In MB.</summary>
    public double Mem => Amount("mem");

    /// <summary>In MB.</summary>
    public double Disk => Amount("disk");

    public double Gpus => Amount("gpus");

    public RangeSet Ports => Ranges("ports");

    /// <summary>Throws <see cref="ArgumentException"/> for a resource without value, or a negative one.</summary>
    public static ResourceBag FromProto(IEnumerable<Resource> resources)
    {
        var kinds = new Dictionary<Kind, Quantity>();
        foreach (var resource in resources)
        {
            var kind = Kind.Of(resource);
            var quantity = Quantity.Of(resource);
            kinds[kind] = kinds.TryGetValue(kind, out var present) ? present.Add(quantity) : quantity;
        }
        return new ResourceBag(kinds);
    }

    /// <summary>New messages, in an order that depends on the value alone.</summary>
    public IReadOnlyList<Resource> ToProto() => [.. kinds.Select(kind =>
    {
        var resource = kind.Key.ToProto();
        kind.Value.WriteTo(resource);
        return resource;
    })];

    /// <summary>An amount that is neither reserved nor allocated.</summary>
    public static ResourceBag Scalar(string name, double value) => FromProto(
        [new Resource { Name = name, Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = value } }]);

    /// <summary>Ranges that are neither reserved nor allocated.</summary>
    public static ResourceBag Ranged(string name, RangeSet ranges)
    {
        var resource = new Resource { Name = name, Type = Value.Types.Type.Ranges };
        new Quantity.Ranges(ranges).WriteTo(resource);
        return FromProto([resource]);
    }

    /// <summary>The amount of that name over all kinds; 0 where there is none.</summary>
    public double Amount(string name) =>
        kinds.Where(kind => kind.Key.Name == name).Select(kind => kind.Value).OfType<Quantity.Amount>().Sum(amount => amount.Thousandths) / 1000d;

    /// <summary>The ranges of that name over all kinds.</summary>
    public RangeSet Ranges(string name) =>
        kinds.Where(kind => kind.Key.Name == name).Select(kind => kind.Value).OfType<Quantity.Ranges>()
            .Aggregate(RangeSet.Empty, (sum, ranges) => sum.Union(ranges.Set));

    /// <summary>Whether each of the other's kinds is here, in that quantity. Kinds do not stand in for each other.</summary>
    public bool Contains(ResourceBag other) =>
        other.kinds.All(kind => kinds.TryGetValue(kind.Key, out var present) && present.Contains(kind.Value));

    /// <summary>Ranges and sets are united: a port that is in both is in the sum once.</summary>
    public ResourceBag Add(ResourceBag other)
    {
        var sum = kinds.ToBuilder();
        foreach (var (kind, quantity) in other.kinds)
            sum[kind] = sum.TryGetValue(kind, out var present) ? present.Add(quantity) : quantity;
        return new ResourceBag(sum);
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless this contains the other.</summary>
    public ResourceBag Subtract(ResourceBag other)
    {
        if (!Contains(other))
            throw new ArgumentException($"{other} is not contained in {this}", nameof(other));
        var rest = kinds.ToBuilder();
        foreach (var (kind, quantity) in other.kinds)
            rest[kind] = rest[kind].Subtract(quantity);
        return new ResourceBag(rest);
    }

    /// <summary>
    /// As much of that name as asked for, of whatever kinds there are, reserved ones before the others; null where there is too
    /// little. Revocable, shared and persistent ones, and those of a provider, are never taken: who wants them says so in full.
    /// </summary>
    public ResourceBag? Take(string name, double amount)
    {
        var missing = Quantity.Amount.Fixed(name, amount);
        var taken = new List<KeyValuePair<Kind, Quantity>>();
        foreach (var (kind, quantity) in Takeable(name))
        {
            if (quantity is not Quantity.Amount present)
                continue;
            var part = Math.Min(missing, present.Thousandths);
            taken.Add(new(kind, new Quantity.Amount(part)));
            missing -= part;
        }
        return missing == 0 ? new ResourceBag(taken) : null;
    }

    /// <summary>The ranges asked for, as <see cref="Take(string, double)"/> takes amounts.</summary>
    public ResourceBag? Take(string name, RangeSet ranges)
    {
        var taken = new List<KeyValuePair<Kind, Quantity>>();
        foreach (var (kind, quantity) in Takeable(name))
        {
            if (quantity is not Quantity.Ranges present)
                continue;
            var part = present.Set.Intersect(ranges);
            taken.Add(new(kind, new Quantity.Ranges(part)));
            ranges = ranges.Except(part);
        }
        return ranges.IsEmpty ? new ResourceBag(taken) : null;
    }

    /// <summary>Only the resources for which the condition holds. It gets them without their values, and must not change them.</summary>
    public ResourceBag Where(Func<Resource, bool> condition) => new(kinds.Where(kind => condition(kind.Key.ToProto())));

    /// <summary>All of it allocated to that role, as offers carry it and launched tasks must.</summary>
    public ResourceBag AllocatedTo(string role) =>
        Changed(resource => resource.AllocationInfo = new Resource.Types.AllocationInfo { Role = role });

    /// <summary>As agents have it: allocated to nobody.</summary>
    public ResourceBag Unallocated() => Changed(resource => resource.AllocationInfo = null);

    public static ResourceBag operator +(ResourceBag left, ResourceBag right) => left.Add(right);

    public static ResourceBag operator -(ResourceBag left, ResourceBag right) => left.Subtract(right);

    public bool Equals(ResourceBag? other) => other is not null && kinds.SequenceEqual(other.kinds);

    public override bool Equals(object? obj) => Equals(obj as ResourceBag);

    public override int GetHashCode() => kinds.Aggregate(0, (hash, kind) => HashCode.Combine(hash, kind.Key, kind.Value));

    /// <summary>For people: `cpus:2; mem(web):512; ports:[31000-32000]`.</summary>
    public override string ToString() => string.Join("; ", kinds.Select(kind => $"{kind.Key}:{ResourceText.Of(kind.Value)}"));

    private IEnumerable<KeyValuePair<Kind, Quantity>> Takeable(string name) =>
        kinds.Where(kind => kind.Key.Name == name && kind.Key.IsPlain).OrderBy(kind => kind.Key.IsReserved ? 0 : 1);

    private ResourceBag Changed(Action<Resource> change) => FromProto(ToProto().Select(resource =>
    {
        change(resource);
        return resource;
    }));
}
