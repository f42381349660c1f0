using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Pods;
using Model.Reading;

namespace Reconciler.State;

/// <summary>
/// The leader's cache of every key it decides from. Whatever changes a pod's keys marks the pod dirty, and the control loop then
/// looks at everything of that pod again.
/// </summary>
public sealed class ClusterState(KeyLayout keys)
{
    private readonly SortedSet<PodKey> _dirty = [];

    public Dictionary<PodKey, PodRecord> Pods { get; } = [];
    public Dictionary<string, NodeRecord> Nodes { get; } = [];
    public Versioned<FrameworkRecord> Framework { get; } = new();

    /// <summary>Called when there is something to decide.</summary>
    public Action Changed { get; set; } = static () => { };

    public IEnumerable<Assignment> LiveAssignments => Pods.Values.Select(p => p.Live?.Value).OfType<Assignment>();

    public PodRecord Pod(PodKey key)
    {
        if (!Pods.TryGetValue(key, out var record))
            Pods[key] = record = new PodRecord(key);
        return record;
    }

    public NodeRecord Node(string agentId)
    {
        if (!Nodes.TryGetValue(agentId, out var record))
            Nodes[agentId] = record = new NodeRecord(agentId);
        return record;
    }

    public void MarkDirty(PodKey key)
    {
        _dirty.Add(key);
        Changed();
    }

    public IReadOnlyList<PodKey> TakeDirty()
    {
        if (_dirty.Count == 0)
            return [];
        PodKey[] taken = [.. _dirty];
        _dirty.Clear();
        return taken;
    }

    /// <summary>Takes in one change of one key; what is no news, or none of ours, is let pass.</summary>
    public void Apply(string key, ReadOnlyMemory<byte>? value, long createRevision, long modRevision)
    {
        if (KeyLayout.PodOf(key, keys.PodSpecs) is { } specOf)
        {
            var record = Pod(specOf);
            if (modRevision > record.Spec.Revision)
            {
                record.Spec.Update(value is { } spec ? ReadSpec(specOf, spec, createRevision, modRevision) : null, modRevision);
                record.NotBefore = null;
                record.Failures = 0;
                MarkDirty(specOf);
            }
        }
        else if (KeyLayout.PodOf(key, keys.PodStatuses) is { } statusOf)
        {
            if (Pod(statusOf).Status.Update(value is { } status ? ModelJson.ReadPodStatus(status.Span) ?? new() : null, modRevision))
                MarkDirty(statusOf);
        }
        else if (KeyLayout.PodOf(key, keys.Owners) is { } ownerOf)
        {
            var owner = value is { } text ? PodOwner.Parse(System.Text.Encoding.UTF8.GetString(text.Span)) : null;
            if (Pod(ownerOf).Owner.Update(owner, modRevision))
                MarkDirty(ownerOf);
        }
        else if (keys.AssignmentOf(key) is { } assignment)
        {
            if (Pod(assignment.Pod).AssignmentOf(assignment.Uid).Update(ReadAssignment(assignment, value), modRevision))
            {
                MarkDirty(assignment.Pod);
            }
        }
        else if (key.StartsWith(keys.NodeAssignments, StringComparison.Ordinal))
        {
            if (Node(key[keys.NodeAssignments.Length..]).Assignment.Update(
                value is { } json && ModelJson.ReadNodeAssignment(json.Span) is { } node && key == keys.NodeAssignment(node.AgentId) ? node : null, modRevision))
            {
                Changed();
            }
        }
        else if (key == keys.Framework)
        {
            Framework.Update(value is { } json ? ModelJson.ReadFrameworkRecord(json.Span) : null, modRevision);
        }
    }

    /// <summary>Drops what nothing is left of, once the watch has told all there is to tell of it.</summary>
    public void DropEmpty(PodKey key, long seenRevision)
    {
        if (Pods.TryGetValue(key, out var record) && record.IsEmpty && !record.Doubtful
            && record.Status.Revision <= seenRevision && record.Owner.Revision <= seenRevision)
        {
            Pods.Remove(key);
        }
    }

    /// <summary>Null also where the value is another's: every write of ours would then go to another key than it was read from.</summary>
    private static Assignment? ReadAssignment((PodKey Pod, string Uid) key, ReadOnlyMemory<byte>? value) =>
        value is { } json && ModelJson.ReadAssignment(json.Span) is { } read && (read.Pod, read.Uid) == key ? read : null;

    private static SpecView ReadSpec(PodKey key, ReadOnlyMemory<byte> value, long createRevision, long modRevision)
    {
        var reading = PodReader.Read(key, value);
        return new SpecView
        {
            CreateRevision = createRevision,
            ModRevision = modRevision,
            Pod = reading.Pod,
            Hash = reading.Pod is { } pod ? SpecHash.Of(pod.Spec) : null,
            Faults = reading.Faults,
            Warnings = reading.Warnings,
        };
    }
}
