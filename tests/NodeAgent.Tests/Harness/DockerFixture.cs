using Docker;
using Testing;

namespace NodeAgent.Tests.Harness;

/// <summary>The real Engine with the busybox image in it.</summary>
public sealed class DockerFixture : IAsyncLifetime
{
    public DockerEngine Engine { get; private set; } = null!;
    public string Image { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Engine = await DockerDaemon.ConnectAsync();
        Image = await BusyboxImage.EnsureAsync(Engine);
    }

    public async Task DisposeAsync() => await Engine.DisposeAsync();
}
