using Docker;
using Simulation.World;

namespace Simulation.Engine;

/// <summary>A Docker Engine as a state machine: what is there, what runs, which names and ports are taken, what happened.</summary>
public sealed class DockerModel(SimWorld world, string name)
{
    private readonly Dictionary<string, SimContainer> _containers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _images = new(StringComparer.Ordinal);
    private readonly Random _random = world.RandomFor($"docker {name}");
    private readonly List<ContainerEvent> _events = [];
    private int _pids = 1000;

    public string Name => name;
    public IReadOnlyCollection<SimContainer> Containers => _containers.Values;
    public IReadOnlyList<ContainerEvent> Events => _events;
    public event Action<ContainerEvent>? Happened;
    /// <summary>Before anything is checked: for the invariants, which count starts.</summary>
    public event Action<SimContainer>? Started;

    public void AddImage(string image) => _images.Add(WithTag(image));

    public void RemoveImage(string image) => _images.Remove(WithTag(image));

    public bool HasImage(string image) => _images.Contains(WithTag(image));

    public string Create(string containerName, ContainerConfig config)
    {
        if (!HasImage(config.Image))
            throw new DockerException($"No such image: {WithTag(config.Image)}", 404);
        if (_containers.Values.FirstOrDefault(c => c.Name == containerName) is { } taken)
            throw new DockerException($"Conflict. The container name \"/{containerName}\" is already in use by container \"{taken.Id}\".", 409);
        var container = new SimContainer
        {
            Id = Hex(64),
            Name = containerName,
            Config = config,
            Created = world.Now,
            Program = ContainerProgram.Of(config),
        };
        _containers.Add(container.Id, container);
        Tell("create", container);
        return container.Id;
    }

    public void Start(string idOrName)
    {
        var container = Find(idOrName) ?? throw NoSuchContainer(idOrName);
        if (container.IsRunning)
            return;
        if (container.Config.NetworkMode is { } mode && mode.StartsWith("container:", StringComparison.Ordinal)
            && Find(mode["container:".Length..]) is not { IsRunning: true })
            throw new DockerException($"cannot join network of a non running container: {mode["container:".Length..]}", 409);
        foreach (var port in container.Config.Ports)
            if (_containers.Values.Any(c => c.IsRunning && c.Config.Ports.Any(p => p.HostPort == port.HostPort && p.Protocol == port.Protocol)))
                throw new DockerException(
                    $"driver failed programming external connectivity on endpoint {container.Name}: Bind for 0.0.0.0:{port.HostPort} failed: port is already allocated", 500);
        container.Start(world.Now, ++_pids, $"172.17.{_random.Next(1, 250)}.{_random.Next(2, 250)}");
        Tell("start", container);
        Started?.Invoke(container);
        if (container.Program.EndsAfter is { } lifetime)
            ExitLater(container, lifetime, container.Program.ExitCode);
    }

    public void Signal(string idOrName, string signal)
    {
        var container = Find(idOrName);
        if (container is not { IsRunning: true })
            return;
        Tell("kill", container);
        if (signal is "SIGKILL" or "KILL" or "9")
            Exit(container, 137);
        else if (!container.Program.IgnoresTerm)
            ExitLater(container, TimeSpan.FromMilliseconds(1 + _random.Next(400)), 143);
    }

    /// <summary>SIGTERM now, SIGKILL after the grace period; calls back once it does not run.</summary>
    public void Stop(string idOrName, TimeSpan grace, Action stopped)
    {
        if (Find(idOrName) is not { IsRunning: true } container)
        {
            stopped();
            return;
        }
        var run = container.StartCount;
        container.OnceExited(stopped);
        Signal(container.Id, "SIGTERM");
        world.After(TimeSpan.FromSeconds(Math.Ceiling(grace.TotalSeconds)), () =>
        {
            if (container.IsRunning && container.StartCount == run)
                Exit(container, 137);
        });
    }

    public void Wait(string idOrName, Action<long> exited)
    {
        var container = Find(idOrName) ?? throw NoSuchContainer(idOrName);
        if (container.IsRunning)
            container.OnceExited(() => exited(container.ExitCode));
        else
            exited(container.ExitCode);
    }

    public void Remove(string idOrName, bool force)
    {
        if (Find(idOrName) is not { } container)
            return;
        if (container.IsRunning && !force)
            throw new DockerException(
                $"You cannot remove a running container {container.Id}. Stop the container before attempting removal or force remove", 409);
        if (container.IsRunning)
            Exit(container, 137);
        _containers.Remove(container.Id);
        Tell("destroy", container);
    }

    public ContainerDetails? Inspect(string idOrName) => Find(idOrName)?.ToDetails();

    public IReadOnlyList<ContainerSummary> List(IReadOnlyCollection<string> labels) =>
        [.. _containers.Values.Where(c => Matches(c.Config.Labels, labels)).Select(c => c.ToSummary())];

    /// <summary>The program in it ends by itself, or something outside kills it (the kernel, an administrator).</summary>
    public void Exit(SimContainer container, int code, bool outOfMemory = false)
    {
        if (!container.IsRunning)
            return;
        container.Exit(world.Now, code, outOfMemory);
        if (outOfMemory)
            Tell("oom", container);
        Tell("die", container);
        container.RunExited();
    }

    internal static bool Matches(IReadOnlyDictionary<string, string> labels, IReadOnlyCollection<string> wanted) =>
        wanted.All(want => want.IndexOf('=', StringComparison.Ordinal) is var at and >= 0
            ? labels.TryGetValue(want[..at], out var value) && value == want[(at + 1)..]
            : labels.ContainsKey(want));

    internal static string WithTag(string image) => image.Contains(':', StringComparison.Ordinal) ? image : image + ":latest";

    private static DockerException NoSuchContainer(string idOrName) => new($"No such container: {idOrName}", 404);

    private SimContainer? Find(string idOrName) =>
        _containers.GetValueOrDefault(idOrName) ?? _containers.Values.FirstOrDefault(c => c.Name == idOrName);

    private void ExitLater(SimContainer container, TimeSpan after, int code)
    {
        var run = container.StartCount;
        world.After(after, () =>
        {
            if (container.StartCount == run)
                Exit(container, code);
        });
    }

    private void Tell(string action, SimContainer container)
    {
        world.Log(name, $"{action} {container.Name} {container.Id[..12]}{(action == "die" ? $" ({container.ExitCode})" : "")}");
        var attributes = new Dictionary<string, string>(container.Config.Labels)
        {
            ["image"] = container.Config.Image,
            ["name"] = container.Name,
        };
        if (action == "die")
            attributes["exitCode"] = container.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var happened = new ContainerEvent(action, container.Id, attributes, world.Now);
        _events.Add(happened);
        Happened?.Invoke(happened);
    }

    private string Hex(int digits)
    {
        Span<byte> bytes = stackalloc byte[digits / 2];
        _random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
