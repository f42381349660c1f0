using System.Collections.Immutable;

namespace Reconciler.Control;

/// <summary>One thing that readiness depends on: whether it is well, and what there is to say of it.</summary>
public sealed record HealthCheck(string Name, bool Ok, string Message);

/// <summary>What /readyz tells. Written by the control loop, read by anybody.</summary>
public sealed class ControlPlaneHealth
{
    private ImmutableSortedDictionary<string, HealthCheck> _checks = ImmutableSortedDictionary<string, HealthCheck>.Empty
        .Add("etcd", new HealthCheck("etcd", false, "not reached yet"))
        .Add("mesos", new HealthCheck("mesos", false, "not subscribed yet"));

    public IReadOnlyCollection<HealthCheck> Checks => [.. Volatile.Read(ref _checks).Values];

    /// <summary>True where this said something new.</summary>
    public bool Set(string name, bool ok, string message)
    {
        var check = new HealthCheck(name, ok, message);
        if (_checks.TryGetValue(name, out var before) && before == check)
            return false;
        Volatile.Write(ref _checks, _checks.SetItem(name, check));
        return true;
    }
}
