namespace Model.Planning;

/// <summary>What one agent offers just now, in whole numbers.</summary>
public sealed record Machine
{
    public required string AgentId { get; init; }
    public required string Hostname { get; init; }
    public required long CpuMilli { get; init; }
    public required long MemoryBytes { get; init; }
    /// <summary>Sorted, without overlaps, both ends included.</summary>
    public required IReadOnlyList<PortRange> Ports { get; init; }
}

public readonly record struct PortRange(int Begin, int End)
{
    public bool Contains(int port) => port >= Begin && port <= End;
    public override string ToString() => Begin == End ? $"{Begin}" : $"{Begin}-{End}";
}
