namespace Model.Pods;

/// <summary>A pod as it was accepted: validated, with every default filled in. The names are those of Kubernetes' `v1` Pod.</summary>
public sealed record Pod
{
    public required ObjectMeta Metadata { get; init; }
    public required PodSpec Spec { get; init; }
}

public sealed record ObjectMeta
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? new Dictionary<string, string>(); }
        = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? new Dictionary<string, string>(); }
        = new Dictionary<string, string>();
}
