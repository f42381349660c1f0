using Docker;

namespace Testing;

/// <summary>The Docker Engine that tests run against: DOCKER_HOST, or /var/run/docker.sock.</summary>
public static class DockerDaemon
{
    public static string Address { get; } =
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock";

    public static string SocketPath { get; } =
        Address.StartsWith("unix://", StringComparison.OrdinalIgnoreCase) ? Address["unix://".Length..] : Address;

    /// <summary>A socket of one's own before the Engine's, to inject faults at. The caller disposes it.</summary>
    public static UnixProxy Proxy() => new(SocketPath);

    /// <summary>A client to an Engine that answers; throws with what to do where none does. The caller disposes it.</summary>
    public static async Task<DockerEngine> ConnectAsync(DockerEngineOptions? options = null)
    {
        var engine = new DockerEngine((options ?? new DockerEngineOptions()) with { Address = Address });
        try
        {
            await engine.InfoAsync();
            return engine;
        }
        catch (DockerException e)
        {
            await engine.DisposeAsync();
            throw new InvalidOperationException(
                $"These tests need a Docker Engine at {Address} (start dockerd, or set DOCKER_HOST=unix://…): {e.Message}", e);
        }
    }
}
