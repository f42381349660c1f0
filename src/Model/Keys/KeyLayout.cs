namespace Model.Keys;

/// <summary>
/// The layout of the keys in etcd, which is the public API (docs/keys.md). One place builds and takes apart every key.
/// </summary>
/// <param name="Prefix">Without a trailing slash; `/reconciler` unless configured.</param>
public sealed record KeyLayout(string Prefix = KeyLayout.DefaultPrefix)
{
    public const string DefaultPrefix = "/reconciler";

    /// <summary>Of namespace and name together, in characters: far more than names may have, so that a bad one is still answered.</summary>
    public const int MaxNameLength = 1024;

    public string Leader => $"{Prefix}/control/leader";
    public string Framework => $"{Prefix}/control/framework";

    public string PodSpecs => $"{Prefix}/specs/pods/";
    public string PodStatuses => $"{Prefix}/status/pods/";
    public string Owners => $"{Prefix}/owner/";
    public string Assignments => $"{Prefix}/assignments/";
    public string NodeAssignments => $"{Prefix}/nodeassignments/";
    public string Nodes => $"{Prefix}/nodes/";
    public string SweptRuns => $"{Prefix}/swept/";

    public string PodSpec(PodKey pod) => $"{PodSpecs}{pod}";
    public string PodStatus(PodKey pod) => $"{PodStatuses}{pod}";
    public string Owner(PodKey pod) => $"{Owners}{pod}";
    public string AssignmentsOf(PodKey pod) => $"{Assignments}{pod}/";
    public string Assignment(PodKey pod, string uid) => $"{Assignments}{pod}/{uid}";
    public string NodeAssignment(string agentId) => $"{NodeAssignments}{agentId}";
    public string Node(string agentId) => $"{Nodes}{agentId}";
    public string Swept(string agentId, string run) => $"{SweptRuns}{agentId}/{run}";

    /// <summary>
    /// The pod of a key under one of the prefixes; null where the rest is empty. Names are not checked here: a spec under a bad
    /// name must be answered, not overlooked.
    /// </summary>
    public static PodKey? PodOf(string key, string under)
    {
        // A name beyond all measure is not taken in: its answer would not fit into a transaction.
        if (!key.StartsWith(under, StringComparison.Ordinal) || key.Length == under.Length || key.Length - under.Length > MaxNameLength)
            return null;
        var rest = key[under.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? new PodKey(rest[..slash], rest[(slash + 1)..]) : new PodKey("", rest);
    }

    /// <summary>The pod and uid of an assignment's key; null where it has another shape.</summary>
    public (PodKey Pod, string Uid)? AssignmentOf(string key)
    {
        if (!key.StartsWith(Assignments, StringComparison.Ordinal))
            return null;
        var parts = key[Assignments.Length..].Split('/');
        return parts is [{ Length: > 0 } ns, { Length: > 0 } name, { Length: > 0 } uid] ? (new PodKey(ns, name), uid) : null;
    }
}
