using NodeAgent.Agent;

namespace NodeAgent.Tests.Harness;

public sealed class FakeRunLocks(string hostId) : IRunLocks
{
    /// <summary>Every run that is not here is dead.</summary>
    public HashSet<string> Alive { get; } = [];

    public string HostId { get; } = hostId;

    public void Hold(string run) => Alive.Add(run);

    public bool IsDead(string run) => !Alive.Contains(run);
}
