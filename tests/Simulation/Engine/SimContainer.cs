using Docker;

namespace Simulation.Engine;

/// <summary>One container of a modelled Engine.</summary>
public sealed class SimContainer
{
    private readonly List<Action> _onceExited = [];

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required ContainerConfig Config { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required ContainerProgram Program { get; init; }
    public bool IsRunning { get; private set; }
    public int StartCount { get; private set; }
    public int ExitCode { get; private set; }

    private int _pid;
    private string _address = "";
    private bool _outOfMemory;
    private DateTimeOffset? _startedAt;
    private DateTimeOffset? _finishedAt;

    private string Status => IsRunning ? "running" : StartCount == 0 ? "created" : "exited";

    internal void Start(DateTimeOffset now, int pid, string address)
    {
        IsRunning = true;
        StartCount++;
        (_startedAt, _finishedAt, _pid, _address, ExitCode, _outOfMemory) = (now, null, pid, address, 0, false);
    }

    internal void Exit(DateTimeOffset now, int code, bool outOfMemory)
    {
        IsRunning = false;
        (_finishedAt, _pid, _address, ExitCode, _outOfMemory) = (now, 0, "", code, outOfMemory);
    }

    internal void OnceExited(Action action) => _onceExited.Add(action);

    internal void RunExited()
    {
        var actions = _onceExited.ToList();
        _onceExited.Clear();
        foreach (var action in actions)
            action();
    }

    internal ContainerSummary ToSummary() => new()
    {
        Id = Id,
        Name = Name,
        Image = Config.Image,
        State = Status,
        // The list has whole seconds.
        Created = DateTimeOffset.FromUnixTimeSeconds(Created.ToUnixTimeSeconds()),
        Labels = Config.Labels,
    };

    internal ContainerDetails ToDetails() => new()
    {
        Id = Id,
        Name = Name,
        Image = Config.Image,
        ImageId = $"sha256:{Config.Image}",
        Labels = Config.Labels,
        IpAddress = _address,
        Ports = IsRunning ? Config.Ports : [],
        State = new ContainerState
        {
            Status = Status,
            Running = IsRunning,
            OomKilled = _outOfMemory,
            Pid = _pid,
            ExitCode = ExitCode,
            StartedAt = _startedAt,
            FinishedAt = _finishedAt,
        },
    };
}
