using Etcd;
using Model;
using Model.Keys;

namespace Podctl.Pods;

/// <summary>Reads pods out of etcd.</summary>
internal sealed class PodStore(IEtcd etcd, KeyLayout keys)
{
    private const int PageSize = 1000;

    /// <summary>Spec and status of one pod, at one revision; null where neither is there.</summary>
    public async Task<PodRecord?> FindAsync(PodKey pod, CancellationToken cancellation)
    {
        var both = await etcd.TxnAsync(new Txn { Then = [Op.Get(keys.PodSpec(pod)), Op.Get(keys.PodStatus(pod))] }, cancellation);
        var spec = both.Responses[0].KeyValues is [var asked] ? asked : null;
        var status = both.Responses[1].KeyValues is [var answered] ? answered : null;
        return spec is null && status is null ? null : Record(pod, spec, status);
    }

    /// <summary>All pods of a namespace (null: of all), by namespace and name.</summary>
    public async Task<IReadOnlyList<PodRecord>> ListAsync(string? ns, CancellationToken cancellation)
    {
        var specs = await ListAsync(keys.PodSpecs, ns, cancellation);
        var statuses = await ListAsync(keys.PodStatuses, ns, cancellation);
        return [.. specs.Keys.Union(statuses.Keys).Order()
            .Select(pod => Record(pod, specs.GetValueOrDefault(pod), statuses.GetValueOrDefault(pod)))];
    }

    /// <summary>How many live assignments the pod has: containers may still run for each.</summary>
    public async Task<int> CountAssignmentsAsync(PodKey pod, CancellationToken cancellation) =>
        (await etcd.ListAsync(keys.AssignmentsOf(pod), cancellation: cancellation)).KeyValues.Count;

    private async Task<Dictionary<PodKey, KeyValue>> ListAsync(string under, string? ns, CancellationToken cancellation)
    {
        var found = await etcd.ListAsync(ns is null ? under : $"{under}{ns}/", PageSize, cancellation);
        var pods = new Dictionary<PodKey, KeyValue>(found.KeyValues.Count);
        foreach (var pair in found.KeyValues)
        {
            // Keys of another shape are nobody's pod.
            if (KeyLayout.PodOf(pair.Key, under) is { } pod)
                pods[pod] = pair;
        }
        return pods;
    }

    private static PodRecord Record(PodKey pod, KeyValue? spec, KeyValue? status) =>
        new(pod, spec, status is null ? null : ModelJson.ReadPodStatus(status.Value.Span));
}
