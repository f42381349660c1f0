namespace Model.Keys;

public enum StatusWriter { Agent, Leader }

/// <summary>The value of owner/{ns}/{pod}: who may write the pod's status now; `{uid}/agent` or `{uid}/leader`.</summary>
public sealed record PodOwner(string Uid, StatusWriter Writer)
{
    public override string ToString() => Writer == StatusWriter.Agent ? $"{Uid}/agent" : $"{Uid}/leader";

    public static PodOwner? Parse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } uid, "agent"] => new PodOwner(uid, StatusWriter.Agent),
        [{ Length: > 0 } uid, "leader"] => new PodOwner(uid, StatusWriter.Leader),
        _ => null,
    };
}
