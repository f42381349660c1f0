using Docker;
using Testing;

namespace Docker.Tests;

/// <summary>
/// A test's own containers in the real Engine: all of them carry this run's label, and are removed by id in the end.
/// </summary>
public sealed class TestRun : IAsyncLifetime
{
    private int _number;

    public string Id { get; } = Guid.NewGuid().ToString("n")[..12];
    public string Label => $"reconciler.test.run={Id}";
    public DockerEngine Engine { get; private set; } = null!;
    public string Image { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Engine = await DockerDaemon.ConnectAsync();
        Image = await BusyboxImage.EnsureAsync(Engine);
    }

    public string NewName() => $"reconciler-test-{Id}-{Interlocked.Increment(ref _number)}";

    public ContainerConfig Config(params string[] command) => new()
    {
        Image = Image,
        Command = command,
        Labels = new Dictionary<string, string> { ["reconciler.test.run"] = Id },
    };

    public ContainerConfig Shell(string script) => Config("sh", "-c", script);

    public Task<string> CreateAsync(ContainerConfig config) => Engine.CreateContainerAsync(NewName(), config);

    public async Task<string> StartAsync(ContainerConfig config)
    {
        var id = await CreateAsync(config);
        await Engine.StartContainerAsync(id);
        return id;
    }

    public async Task<ContainerDetails> InspectAsync(string id) =>
        await Engine.InspectContainerAsync(id) ?? throw new InvalidOperationException($"container {id} is gone");

    /// <summary>What a container wrote, each stream whole.</summary>
    public static async Task<(byte[] Stdout, byte[] Stderr)> OutputAsync(IDockerEngine engine, string id, LogQuery? query = null)
    {
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var chunk in engine.LogsAsync(id, query ?? new LogQuery(), limit.Token))
            (chunk.Stream == LogStream.Stderr ? stderr : stdout).Write(chunk.Data.Span);
        return (stdout.ToArray(), stderr.ToArray());
    }

    public async Task DisposeAsync()
    {
        foreach (var container in await Engine.ListContainersAsync([Label]))
            await Engine.RemoveContainerAsync(container.Id, force: true);
        await Engine.DisposeAsync();
    }
}
