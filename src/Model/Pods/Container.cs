namespace Model.Pods;

public sealed record Container
{
    /// <summary>A DNS label, unique in the pod.</summary>
    public required string Name { get; init; }
    public required string Image { get; init; }
    public ImagePullPolicy ImagePullPolicy { get; init; } = ImagePullPolicy.IfNotPresent;
    /// <summary>Replaces the image's ENTRYPOINT; null leaves it.</summary>
    public IReadOnlyList<string>? Command { get; init; }
    /// <summary>Replaces the image's CMD; null leaves it.</summary>
    public IReadOnlyList<string>? Args { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyList<EnvVar> Env { get; init => field = value ?? []; } = [];
    public IReadOnlyList<ContainerPort> Ports { get; init => field = value ?? []; } = [];
    public ResourceRequirements Resources { get; init => field = value ?? new(); } = new();
}

/// <summary>
/// When to pull. The default is IfNotPresent, whatever the tag: unlike Kubernetes', which is Always for `latest`, it
/// lets an image that was built on the machine run.
/// </summary>
public enum ImagePullPolicy { IfNotPresent, Always, Never }

public sealed record EnvVar(string Name, string Value);

public sealed record ContainerPort
{
    public string? Name { get; init; }
    /// <summary>`containerPort` in the manifest; a C# member may not bear its type's name.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("containerPort")]
    public required int Port { get; init; }
    /// <summary>0: one is taken from the offer.</summary>
    public int HostPort { get; init; }
    public string Protocol { get; init => field = value ?? "TCP"; } = "TCP";
}

public sealed record ResourceRequirements
{
    public ResourceList Requests { get; init => field = value ?? new(); } = new();
    public ResourceList Limits { get; init => field = value ?? new(); } = new();
}

public sealed record ResourceList
{
    /// <summary>In CPUs.</summary>
    public Quantity? Cpu { get; init; }
    /// <summary>In bytes.</summary>
    public Quantity? Memory { get; init; }
}
