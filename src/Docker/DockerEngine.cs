using Docker.Http;
using Docker.Wire;

namespace Docker;

/// <summary>A Docker Engine over its HTTP API; connections are pooled, and made when first needed. Safe for concurrent use.</summary>
public sealed partial class DockerEngine : IDockerEngine, IAsyncDisposable
{
    private readonly DockerEngineOptions _options;
    private readonly EngineClient _client;

    /// <summary>Throws <see cref="ArgumentException"/> for an address that cannot be one; does not connect.</summary>
    public DockerEngine(DockerEngineOptions? options = null)
    {
        _options = options ?? new DockerEngineOptions();
        _client = new EngineClient(_options);
    }

    public async Task<EngineInfo> InfoAsync(CancellationToken cancellation = default)
    {
        var version = await _client.CallAsync(
            "version", HttpMethod.Get, "/version", null, WireJson.Shared.VersionAnswer, _options.CallTimeout, cancellation)
            .ConfigureAwait(false);
        var info = await _client.CallAsync(
            "info", HttpMethod.Get, "/info", null, WireJson.Shared.InfoAnswer, _options.CallTimeout, cancellation)
            .ConfigureAwait(false);
        return new EngineInfo
        {
            Version = version.Version ?? info.ServerVersion ?? "",
            ApiVersion = version.ApiVersion ?? "",
            CgroupDriver = info.CgroupDriver ?? "",
            // Engines that do not say know only the first.
            CgroupVersion = string.IsNullOrEmpty(info.CgroupVersion) ? "1" : info.CgroupVersion,
            StorageDriver = info.Driver ?? "",
            KernelVersion = info.KernelVersion ?? "",
            OperatingSystem = info.OperatingSystem ?? "",
            Architecture = info.Architecture ?? "",
        };
    }

    /// <summary>Ends calls that are under way, and closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
