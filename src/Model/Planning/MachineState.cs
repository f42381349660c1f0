namespace Model.Planning;

/// <summary>What is left of a machine while a plan is being made.</summary>
public sealed class MachineState(Machine machine)
{
    private readonly List<PortRange> _ports = [.. machine.Ports];

    public Machine Machine { get; } = machine;
    public long CpuMilli { get; private set; } = machine.CpuMilli;
    public long MemoryBytes { get; private set; } = machine.MemoryBytes;
    public int FreePortCount => _ports.Sum(range => range.End - range.Begin + 1);

    public bool HasPort(int port) => _ports.Exists(range => range.Contains(port));

    public void Take(long cpuMilli, long memoryBytes)
    {
        CpuMilli -= cpuMilli;
        MemoryBytes -= memoryBytes;
    }

    public void TakePort(int port)
    {
        var at = _ports.FindIndex(range => range.Contains(port));
        if (at < 0)
            throw new InvalidOperationException($"port {port} is not free on {Machine.Hostname}");
        var range = _ports[at];
        _ports.RemoveAt(at);
        if (port < range.End)
            _ports.Insert(at, range with { Begin = port + 1 });
        if (port > range.Begin)
            _ports.Insert(at, range with { End = port - 1 });
    }

    /// <summary>
    /// The first free port at or after a place that depends on the pod, so that a port just given up by one pod is not the
    /// next one's at once: late clients of the old pod would reach the new one.
    /// </summary>
    public int TakeAnyPort(uint start)
    {
        var count = FreePortCount;
        if (count == 0)
            throw new InvalidOperationException($"no port is free on {Machine.Hostname}");
        var skip = (int)(start % (uint)count);
        foreach (var range in _ports)
        {
            var size = range.End - range.Begin + 1;
            if (skip < size)
            {
                var port = range.Begin + skip;
                TakePort(port);
                return port;
            }
            skip -= size;
        }
        throw new InvalidOperationException("unreachable: the place is within the count");
    }
}
