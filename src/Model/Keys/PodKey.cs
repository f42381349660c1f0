namespace Model.Keys;

/// <summary>A pod's namespace and name: what specs/, status/ and owner/ keys of one pod share.</summary>
public readonly record struct PodKey(string Namespace, string Name) : IComparable<PodKey>
{
    /// <summary>
    /// As it stands in keys. A spec that was put under too few or too many names still has a place where it is answered: the
    /// namespace is then empty, or the name holds slashes.
    /// </summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";

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
