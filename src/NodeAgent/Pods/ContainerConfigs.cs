using Docker;
using Model.Assignments;
using Model.Pods;
using Model.Status;

namespace NodeAgent.Pods;

/// <summary>What Docker is asked for, from what the spec says.</summary>
internal static class ContainerConfigs
{
    /// <param name="pod">The pod as it was accepted.</param>
    /// <param name="container">One of its containers.</param>
    /// <param name="labels">All of <see cref="ContainerLabels"/>.</param>
    /// <param name="sandboxId">The container whose namespaces are joined; null where this one holds the pod's own.</param>
    public static ContainerConfig Of(
        PodTask pod, Container container, IReadOnlyDictionary<string, string> labels, string? sandboxId) => new()
        {
            Image = container.Image,
            Entrypoint = container.Command,
            Command = container.Args,
            Environment = [.. container.Env.Select(e => $"{e.Name}={e.Value}")],
            WorkingDirectory = container.WorkingDir,
            // Docker refuses a host name of its own for a container that joins another's network.
            Hostname = sandboxId is null ? pod.Name : null,
            Labels = labels,
            Ports = sandboxId is null ? Published(pod.Ports) : [],
            NetworkMode = sandboxId is null ? null : $"container:{sandboxId}",
            IpcMode = sandboxId is null ? null : $"container:{sandboxId}",
            MemoryBytes = PodResources.MemoryLimitBytes(container),
            NanoCpus = PodResources.CpuLimitMilli(container) * 1_000_000,
            CpuShares = Shares(PodResources.CpuRequestMilli(container)),
        };

    public static ContainerConfig OfSandbox(PodTask pod, string image, IReadOnlyDictionary<string, string> labels) => new()
    {
        Image = image,
        Hostname = pod.Name,
        Labels = labels,
        Ports = Published(pod.Ports),
        IpcMode = "shareable",
        MemoryBytes = PodResources.SandboxMemoryBytes,
        CpuShares = MinShares,
    };

    /// <summary>The least that the kernel takes.</summary>
    private const long MinShares = 2;

    private static long Shares(long milli) => Math.Max(MinShares, milli * 1024 / 1000);

    private static IReadOnlyList<PortBinding> Published(IEnumerable<PortStatus> ports) =>
#pragma warning disable CA1308 // Docker's protocols are lower case.
        [.. ports.Select(p => new PortBinding(p.ContainerPort, p.Protocol.ToLowerInvariant(), p.HostPort))];
#pragma warning restore CA1308
}
