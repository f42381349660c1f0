using Model.Assignments;

namespace Model.Pods;

/// <summary>
/// Tells whether two specs run the same: 12 hexadecimal digits. Metadata has no part in it, and amounts count by their value, so that
/// `1000m` in place of `1` restarts nothing.
/// </summary>
/// <remarks>
/// A field that comes to PodSpec later must be null, and so be left out of the JSON, wherever it is not given: else an upgrade would change
/// the hash of every pod, and restart them all. A test holds the hash of a known spec.
/// </remarks>
public static class SpecHash
{
    public static string Of(PodSpec spec) => TaskIds.Hash(ModelJson.Write(spec with { Containers = [.. spec.Containers.Select(Canonical)] }));

    private static Container Canonical(Container container) => container with
    {
        Resources = new ResourceRequirements
        {
            Requests = Canonical(container.Resources.Requests),
            Limits = Canonical(container.Resources.Limits),
        },
    };

    private static ResourceList Canonical(ResourceList list) => new()
    {
        Cpu = list.Cpu is { } cpu ? Quantity.OfMilli(cpu.MilliValue) : null,
        Memory = list.Memory is { } memory ? Quantity.OfBytes(memory.WholeValue) : null,
    };
}
