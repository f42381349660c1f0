using Simulation.World;

namespace Simulation.Cluster;

/// <summary>How all links of one kind behave for a while.</summary>
public sealed record Weather
{
    public static readonly Weather Fair = new();

    public LinkFaults Etcd { get; init; } = LinkFaults.None;
    public LinkFaults Mesos { get; init; } = LinkFaults.None;
    public LinkFaults Docker { get; init; } = LinkFaults.None;
    public double DuplicateEvents { get; init; }

    public override string ToString() => this == Fair ? "fair" : $"etcd {Etcd}; mesos {Mesos}; docker {Docker}; duplicates {DuplicateEvents}";
}
