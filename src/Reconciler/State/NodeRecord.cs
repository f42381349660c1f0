using Model.Assignments;

namespace Reconciler.State;

/// <summary>What the leader knows of one agent: the node task placed there.</summary>
public sealed class NodeRecord(string agentId)
{
    public string AgentId { get; } = agentId;
    public Versioned<NodeAssignment> Assignment { get; } = new();
    public bool Doubtful { get; set; }
    public DateTimeOffset? UnknownSince { get; set; }
    public int Failures { get; set; }
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>The node task that stands for the executor, where that is not known to be dead.</summary>
    public NodeAssignment? Live => Assignment.Value is { Lost: false } live ? live : null;
}
