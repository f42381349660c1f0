namespace Docker;

/// <summary>What a node says of its engine.</summary>
public sealed record EngineInfo
{
    public required string Version { get; init; }
    public required string ApiVersion { get; init; }
    /// <summary>`cgroupfs` or `systemd`.</summary>
    public string CgroupDriver { get; init; } = "";
    /// <summary>`1` or `2`.</summary>
    public string CgroupVersion { get; init; } = "";
    public string StorageDriver { get; init; } = "";
    public string KernelVersion { get; init; } = "";
    public string OperatingSystem { get; init; } = "";
    public string Architecture { get; init; } = "";
}

/// <summary>What a container is created from; null or empty leaves Docker's default.</summary>
public sealed record ContainerConfig
{
    public required string Image { get; init; }
    /// <summary>Kubernetes' `command`.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }
    /// <summary>Kubernetes' `args`.</summary>
    public IReadOnlyList<string>? Command { get; init; }
    /// <summary>`NAME=value`.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    public string? WorkingDirectory { get; init; }
    public string? User { get; init; }
    /// <summary>Not used where the network is another container's: the hostname is that one's too.</summary>
    public string? Hostname { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<PortBinding> Ports { get; init; } = [];
    /// <summary>`bridge`, `host`, `none`, a network's name, or `container:{id}`.</summary>
    public string? NetworkMode { get; init; }
    /// <summary>`shareable` or `container:{id}`.</summary>
    public string? IpcMode { get; init; }
    public string? PidMode { get; init; }
    /// <summary>The hard limit, in bytes; swap is set to the same, so that there is none.</summary>
    public long? MemoryBytes { get; init; }
    /// <summary>A quota, in billionths of a CPU; at least a hundredth of one is given, and it may be more than the machine has.</summary>
    public long? NanoCpus { get; init; }
    /// <summary>The relative weight: 1024 a CPU.</summary>
    public long? CpuShares { get; init; }
    public string? CgroupParent { get; init; }
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];
    public bool? Init { get; init; }
}

/// <summary>One published port. An empty host IP is every address, of IPv4 and IPv6; host port 0 is a free one of Docker's choice.</summary>
public sealed record PortBinding(int ContainerPort, string Protocol, int HostPort, string HostIp = "");

public sealed record ContainerSummary
{
    public required string Id { get; init; }
    /// <summary>Without the leading slash.</summary>
    public required string Name { get; init; }
    public required string Image { get; init; }
    /// <summary>created, running, paused, restarting, removing, exited or dead.</summary>
    public required string State { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

public sealed record ContainerDetails
{
    public required string Id { get; init; }
    /// <summary>Without the leading slash.</summary>
    public required string Name { get; init; }
    public required string Image { get; init; }
    public string ImageId { get; init; } = "";
    public required ContainerState State { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    /// <summary>On the bridge or the first network it is on; empty where it has none of its own.</summary>
    public string IpAddress { get; init; } = "";
    public IReadOnlyList<PortBinding> Ports { get; init; } = [];
}

public sealed record ContainerState
{
    public required string Status { get; init; }
    public bool Running { get; init; }
    public bool OomKilled { get; init; }
    public int Pid { get; init; }
    public int ExitCode { get; init; }
    public string Error { get; init; } = "";
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

public sealed record LogQuery
{
    public bool Follow { get; init; }
    public bool Stdout { get; init; } = true;
    public bool Stderr { get; init; } = true;
    public bool Timestamps { get; init; }
    public DateTimeOffset? Since { get; init; }
    /// <summary>Lines from the end, counted over both streams whichever is asked for; null: all.</summary>
    public int? Tail { get; init; }
}

public enum LogStream { Stdout = 1, Stderr = 2 }

/// <summary>Some output, at most 64 KiB, as Docker framed it: not necessarily a line, nor whole characters.</summary>
public sealed record LogChunk(LogStream Stream, ReadOnlyMemory<byte> Data);

/// <summary>`create`, `start`, `die`, `oom`, `destroy`, … of one container.</summary>
public sealed record ContainerEvent(
    string Action, string ContainerId, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset Time);

public sealed record ImageDetails
{
    public required string Id { get; init; }
    public IReadOnlyList<string> RepoTags { get; init; } = [];
    public IReadOnlyList<string> RepoDigests { get; init; } = [];
    public long SizeBytes { get; init; }
}

/// <summary>The state of one layer; bytes are 0 where Docker does not say.</summary>
public sealed record PullProgress(string LayerId, string Status, long CurrentBytes, long TotalBytes);
