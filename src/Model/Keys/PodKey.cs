namespace Model.Keys;

/// <summary>A pod's namespace and name: what specs/, status/ and owner/ keys of one pod share.</summary>
public readonly record struct PodKey(string Namespace, string Name) : IComparable<PodKey>
{
    public override string ToString() => $"{Namespace}/{Name}";

    public int CompareTo(PodKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    public static bool operator <(PodKey left, PodKey right) => left.CompareTo(right) < 0;
    public static bool operator >(PodKey left, PodKey right) => left.CompareTo(right) > 0;
    public static bool operator <=(PodKey left, PodKey right) => left.CompareTo(right) <= 0;
    public static bool operator >=(PodKey left, PodKey right) => left.CompareTo(right) >= 0;
}
