namespace LocalMesos.Core;

/// <summary>A scheduler's subscription: what goes out as Mesos-Stream-Id. Made by the caller, never used twice.</summary>
public readonly record struct StreamId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An executor's event stream. Made by the caller, never used twice.</summary>
public readonly record struct ConnectionId(long Value);
