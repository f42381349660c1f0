namespace Model.Assignments;

/// <summary>The value of control/framework: the id that Mesos gave us, and those before it, whose containers are ours too.</summary>
public sealed record FrameworkRecord(string Id, IReadOnlyList<string> Earlier)
{
    public IReadOnlyList<string> Earlier { get; init => field = value ?? []; } = Earlier ?? [];
}
