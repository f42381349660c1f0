using Mesos.V1;
using Attribute = Mesos.V1.Attribute;

namespace LocalMesos.Core;

/// <summary>One agent: where it listens and what it has.</summary>
public sealed record AgentOptions
{
    public string Hostname { get; init; } = "127.0.0.1";
    public string Ip { get; init; } = "127.0.0.1";
    public required int Port { get; init; }
    /// <summary>Unreserved and not allocated; the order is the order of the offers.</summary>
    public required IReadOnlyList<Resource> Resources { get; init; }
    public IReadOnlyList<Attribute> Attributes { get; init; } = [];
    public DomainInfo? Domain { get; init; }
}
