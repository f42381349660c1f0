using Etcd;
using Model.Keys;
using Model.Reading;
using Model.Status;

namespace Podctl.Pods;

/// <summary>One pod as etcd holds it: what was asked (null where it is deleted already) and what was answered (null: nothing yet).</summary>
internal sealed record PodRecord(PodKey Key, KeyValue? SpecValue, PodStatus? Status)
{
    private SpecReading? _reading;

    /// <summary>The spec as the reconciler reads it, read when first asked for; null where there is none.</summary>
    public SpecReading? Reading => SpecValue is null ? null : _reading ??= PodReader.Read(Key, SpecValue.Value);
}
