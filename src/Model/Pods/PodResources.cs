namespace Model.Pods;

/// <summary>
/// What a pod costs. CPU is asked for by requests, and limited by limits; memory is asked for by the sum of the effective
/// limits, because a container without a limit could have the whole executor killed (docs/architecture.md, "Memory").
/// </summary>
public static class PodResources
{
    /// <summary>The share of a container that names none.</summary>
    public const long DefaultCpuMilli = 100;
    public const long DefaultMemoryBytes = 128L * 1024 * 1024;
    /// <summary>What the sandbox of a pod of several containers may use.</summary>
    public const long SandboxMemoryBytes = 8L * 1024 * 1024;

    /// <summary>Thousandths of a CPU asked of Mesos: the request, else the limit, else the default.</summary>
    public static long CpuRequestMilli(Container container) =>
        container.Resources.Requests.Cpu?.MilliValue ?? container.Resources.Limits.Cpu?.MilliValue ?? DefaultCpuMilli;

    /// <summary>Thousandths of a CPU the container may use; null: as much as is free.</summary>
    public static long? CpuLimitMilli(Container container) => container.Resources.Limits.Cpu?.MilliValue;

    /// <summary>Bytes: the limit, else the request, else the default.</summary>
    public static long MemoryLimitBytes(Container container) =>
        container.Resources.Limits.Memory?.WholeValue ?? container.Resources.Requests.Memory?.WholeValue ?? DefaultMemoryBytes;

    /// <summary>A pod of one container needs no sandbox: it holds its own network namespace.</summary>
    public static bool NeedsSandbox(PodSpec spec) => spec.Containers.Count > 1;

    public static long CpuMilli(PodSpec spec) => spec.Containers.Sum(CpuRequestMilli);

    public static long MemoryBytes(PodSpec spec) =>
        spec.Containers.Sum(MemoryLimitBytes) + (NeedsSandbox(spec) ? SandboxMemoryBytes : 0);
}
