using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Docker.Http;
using Docker.Wire;

namespace Docker;

public sealed partial class DockerEngine
{
    public async Task<string> CreateContainerAsync(string name, ContainerConfig config, CancellationToken cancellation = default)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(CreateBody.From(config), WireJson.Shared.CreateBody));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var call = $"create container {name}";
        var answer = await _client.CallAsync(
            call, HttpMethod.Post, "/containers/create?name=" + Uri.EscapeDataString(name), body, WireJson.Shared.CreateAnswer,
            _options.CallTimeout, cancellation).ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.Id) ? throw new DockerException($"{call}: Docker's answer has no id") : answer.Id;
    }

    public Task StartContainerAsync(string id, CancellationToken cancellation = default) =>
        _client.CallAsync(
            $"start container {id}", HttpMethod.Post, Paths.Container(id) + "/start", _options.CallTimeout, cancellation);

    public async Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gracePeriod, TimeSpan.Zero);
        // Docker counts whole seconds; a container is not given less than it was promised.
        var seconds = (long)Math.Ceiling(gracePeriod.TotalSeconds);
        try
        {
            await _client.CallAsync(
                $"stop container {id}", HttpMethod.Post,
                string.Create(CultureInfo.InvariantCulture, $"{Paths.Container(id)}/stop?t={seconds}"),
                TimeSpan.FromSeconds(seconds) + _options.StopMargin, cancellation).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            // One that is gone does not run either.
        }
    }

    public async Task KillContainerAsync(string id, string signal = "SIGKILL", CancellationToken cancellation = default)
    {
        try
        {
            await _client.CallAsync(
                $"kill container {id}", HttpMethod.Post, $"{Paths.Container(id)}/kill?signal={Uri.EscapeDataString(signal)}",
                _options.CallTimeout, cancellation).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.StatusCode is 404 or 409 || IsNotRunning(e))
        {
            // It does not run, which is what a kill is for.
        }

        // Engines of API 1.24 have no 409 for it.
        static bool IsNotRunning(DockerException e) =>
            e.StatusCode == 500 && e.Message.Contains("is not running", StringComparison.Ordinal);
    }

    public async Task<long> WaitContainerAsync(string id, CancellationToken cancellation = default)
    {
        var call = $"wait for container {id}";
        var answer = await _client.CallAsync(
            call, HttpMethod.Post, Paths.Container(id) + "/wait", null, WireJson.Shared.WaitAnswer, Timeout.InfiniteTimeSpan, cancellation)
            .ConfigureAwait(false);
        if (answer.Error?.Message is { Length: > 0 } message)
            throw new DockerException($"{call}: {message}", 500);
        return answer.StatusCode ?? throw new DockerException($"{call}: Docker's answer has no exit code");
    }

    public async Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation = default)
    {
        try
        {
            await _client.CallAsync(
                $"remove container {id}", HttpMethod.Delete, $"{Paths.Container(id)}?v=1&force={(force ? 1 : 0)}",
                _options.CallTimeout, cancellation).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.StatusCode == 404 || IsBeingRemoved(e))
        {
            // Gone, or going: somebody else asked for the same.
        }

        static bool IsBeingRemoved(DockerException e) =>
            e.StatusCode == 409 && e.Message.Contains("already in progress", StringComparison.Ordinal);
    }

    public async Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation = default) =>
        (await InspectAsync(idOrName, cancellation).ConfigureAwait(false))?.ToDetails();

    public async Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(
        IReadOnlyCollection<string> labels, CancellationToken cancellation = default) =>
        await _client.ListAsync(
            "list containers", "/containers/json?all=1&" + Paths.Filters(("label", labels)), WireJson.Shared.ListedContainer,
            listed => listed.ToSummary(), cancellation).ConfigureAwait(false);

    private async Task<InspectedContainer?> InspectAsync(string idOrName, CancellationToken cancellation)
    {
        var call = $"inspect container {idOrName}";
        try
        {
            var answer = await _client.CallAsync(
                call, HttpMethod.Get, Paths.Container(idOrName) + "/json", null, WireJson.Shared.InspectedContainer,
                _options.CallTimeout, cancellation).ConfigureAwait(false);
            return answer is { Id.Length: > 0, State: not null }
                ? answer
                : throw new DockerException($"{call}: Docker's answer has no id or no state");
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            return null;
        }
    }
}
