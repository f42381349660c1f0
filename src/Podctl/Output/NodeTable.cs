using Model.Assignments;
using Model.Status;

namespace Podctl.Output;

internal static class NodeTable
{
    public static void Write(TextWriter output, IReadOnlyList<NodeInfo> nodes)
    {
        if (nodes.Count == 0)
        {
            Console.Error.WriteLine("No nodes: no node agent has reported yet.");
            return;
        }
        var table = new Columns("HOST", "AGENT", "CONDITIONS", "AGE", "VERSION", "DOCKER", "KERNEL");
        foreach (var node in nodes)
        {
            table.Add(
                node.Hostname, node.AgentId, Conditions(node), Age.Since(node.StartedAt),
                node.AgentVersion ?? "-", node.DockerVersion ?? "-", node.KernelVersion ?? "-");
        }
        table.Write(output);
    }

    private static string Conditions(NodeInfo node) =>
        node.Conditions.Count == 0 ? "-" : string.Join(",", node.Conditions.Select(c => c.Status == ConditionStatus.True ? c.Type : $"{c.Type}={c.Status}"));
}
