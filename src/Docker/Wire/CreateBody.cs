using System.Globalization;

namespace Docker.Wire;

/// <summary>The body of POST /containers/create. What is null is left out, and Docker's default holds.</summary>
internal sealed record CreateBody
{
    public required string Image { get; init; }
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public string? WorkingDir { get; init; }
    public string? User { get; init; }
    public string? Hostname { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public Dictionary<string, NoOptions>? ExposedPorts { get; init; }
    public required HostConfigBody HostConfig { get; init; }

    public static CreateBody From(ContainerConfig config)
    {
        var joinsNetwork = config.NetworkMode?.StartsWith("container:", StringComparison.Ordinal) ?? false;
        return new CreateBody
        {
            Image = config.Image,
            // An empty list is not the same as none to Docker: it would take away the image's own.
            Entrypoint = config.Entrypoint is { Count: > 0 } entrypoint ? entrypoint : null,
            Cmd = config.Command is { Count: > 0 } command ? command : null,
            Env = config.Environment.Count > 0 ? config.Environment : null,
            WorkingDir = Value(config.WorkingDirectory),
            User = Value(config.User),
            // Whoever shares a network has its owner's hostname; Docker refuses another.
            Hostname = joinsNetwork ? null : Value(config.Hostname),
            Labels = config.Labels.Count > 0 ? config.Labels : null,
            ExposedPorts = config.Ports.Count > 0
                ? config.Ports.Select(Key).Distinct().ToDictionary(key => key, _ => NoOptions.Value)
                : null,
            HostConfig = HostConfigBody.From(config),
        };
    }

    /// <summary>`80/tcp`.</summary>
    internal static string Key(PortBinding port) =>
        string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol.ToLowerInvariant()}");

    internal static string? Value(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

internal sealed record NoOptions
{
    public static readonly NoOptions Value = new();
}

/// <summary>
/// No restart policy, ever: a container that Docker restarts behind its supervisor's back has an exit nobody saw.
/// </summary>
internal sealed record HostConfigBody
{
    private const long CpuPeriodMicroseconds = 100_000;

    // The kernel refuses a shorter quota.
    private const long ShortestQuotaMicroseconds = 1_000;

    public string? NetworkMode { get; init; }
    public string? IpcMode { get; init; }
    public string? PidMode { get; init; }
    public string? CgroupParent { get; init; }
    public long? Memory { get; init; }
    public long? MemorySwap { get; init; }
    public long? CpuPeriod { get; init; }
    public long? CpuQuota { get; init; }
    public long? CpuShares { get; init; }
    public IReadOnlyList<string>? SecurityOpt { get; init; }
    public bool? Init { get; init; }
    public Dictionary<string, List<HostBinding>>? PortBindings { get; init; }

    public static HostConfigBody From(ContainerConfig config) => new()
    {
        NetworkMode = CreateBody.Value(config.NetworkMode),
        IpcMode = CreateBody.Value(config.IpcMode),
        PidMode = CreateBody.Value(config.PidMode),
        CgroupParent = CreateBody.Value(config.CgroupParent),
        Memory = config.MemoryBytes,
        MemorySwap = config.MemoryBytes,
        // Docker's own NanoCpus would be the same, but is refused where it is more than the machine has. A limit may be.
        CpuPeriod = config.NanoCpus is null ? null : CpuPeriodMicroseconds,
        CpuQuota = config.NanoCpus is { } nano
            ? Math.Max(ShortestQuotaMicroseconds, (long)((Int128)nano * CpuPeriodMicroseconds / 1_000_000_000))
            : null,
        CpuShares = config.CpuShares,
        SecurityOpt = config.SecurityOptions.Count > 0 ? config.SecurityOptions : null,
        Init = config.Init,
        PortBindings = config.Ports.Count > 0
            ? config.Ports.GroupBy(CreateBody.Key).ToDictionary(port => port.Key, port => port.Select(Binding).ToList())
            : null,
    };

    /// <summary>Host port 0 asks Docker for a free one.</summary>
    private static HostBinding Binding(PortBinding port) =>
        new(port.HostIp, port.HostPort == 0 ? "" : port.HostPort.ToString(CultureInfo.InvariantCulture));
}
