using Google.Protobuf;
using Mesos.V1;

namespace Mesos.Resources;

/// <summary>All that a Resource says besides its value, as a key. Ordered by name, then by content, the same everywhere.</summary>
internal sealed class Kind : IEquatable<Kind>, IComparable<Kind>
{
    private readonly Resource resource;
    private readonly byte[] content;

    private Kind(Resource resource)
    {
        this.resource = resource;
        content = resource.ToByteArray();
    }

    public string Name => resource.Name;

    public bool IsReserved => resource.Reservations.Count > 0 || resource.Reservation is not null || resource.HasRole;

    /// <summary>What any task may use up.</summary>
    public bool IsPlain =>
        resource.Revocable is null && resource.Shared is null && resource.Disk is null && resource.ProviderId is null;

    public static Kind Of(Resource full)
    {
        var kind = full.Clone();
        kind.Scalar = null;
        kind.Ranges = null;
        kind.Set = null;
        // `*` is what an absent role means.
        if (kind.Role == "*")
            kind.ClearRole();
        return new Kind(kind);
    }

    public Resource ToProto() => resource.Clone();

    public bool Equals(Kind? other) => other is not null && content.AsSpan().SequenceEqual(other.content);

    public override bool Equals(object? obj) => Equals(obj as Kind);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(content);
        return hash.ToHashCode();
    }

    public int CompareTo(Kind? other)
    {
        if (other is null)
            return 1;
        var names = string.CompareOrdinal(Name, other.Name);
        return names != 0 ? names : content.AsSpan().SequenceCompareTo(other.content);
    }

    public override string ToString()
    {
        var roles = resource.Reservations.Select(reservation => reservation.Role).ToList();
        if (resource.HasRole)
            roles.Add(resource.Role);
        var revocable = resource.Revocable is null ? "" : "{REV}";
        return roles.Count == 0 ? $"{Name}{revocable}" : $"{Name}({string.Join(",", roles)}){revocable}";
    }
}
