using Model.Pods;

namespace Model.Planning;

/// <summary>What is asked of Mesos for a pod, in amounts that Mesos can count.</summary>
public static class PodDemand
{
    private const long Mebibyte = 1024 * 1024;

    public static long CpuMilli(PodSpec pod) => PodResources.CpuMilli(pod);

    /// <summary>
    /// In whole mebibytes. Mesos counts thousandths of a megabyte: many odd amounts, each rounded up to that, would come to more
    /// than the bytes of a machine on which they all seem to fit.
    /// </summary>
    public static long MemoryBytes(PodSpec pod) => (PodResources.MemoryBytes(pod) + Mebibyte - 1) / Mebibyte * Mebibyte;
}
