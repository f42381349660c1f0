using Docker.Http;
using Docker.Wire;

namespace Docker;

public sealed partial class DockerEngine
{
    public async Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellation = default)
    {
        try
        {
            var answer = await _client.CallAsync(
                $"inspect image {image}", HttpMethod.Get, Paths.Image(image) + "/json", null, WireJson.Shared.InspectedImage,
                _options.CallTimeout, cancellation).ConfigureAwait(false);
            return new ImageDetails
            {
                Id = string.IsNullOrEmpty(answer.Id)
                    ? throw new DockerException($"inspect image {image}: Docker's answer has no id")
                    : answer.Id,
                RepoTags = answer.RepoTags ?? [],
                RepoDigests = answer.RepoDigests ?? [],
                SizeBytes = answer.Size,
            };
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            return null;
        }
    }

    public async Task PullImageAsync(string image, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default)
    {
        // Without a tag Docker would pull every tag there is.
        var name = image[(image.LastIndexOf('/') + 1)..];
        var tag = name.AsSpan().ContainsAny(':', '@') ? "" : "&tag=latest";
        var path = $"/images/create?fromImage={Uri.EscapeDataString(image)}{tag}";
        // The first byte may be long in coming too: the Engine first asks the registry.
        var answer = await _client.OpenAsync(
            $"pull image {image}", HttpMethod.Post, path, null, _options.IdleTimeout, _options.IdleTimeout, cancellation)
            .ConfigureAwait(false);
        await FollowAsync(answer, progress).ConfigureAwait(false);
    }

    public async Task ImportImageAsync(
        Stream rootFileSystemTar, string repository, string tag, IReadOnlyCollection<string> changes,
        CancellationToken cancellation = default)
    {
        var path = $"/images/create?fromSrc=-&repo={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag)}" +
            string.Concat(changes.Select(change => "&changes=" + Uri.EscapeDataString(change)));
        var answer = await _client.OpenAsync(
            $"import image {repository}:{tag}", HttpMethod.Post, path,
            deadline => new UploadContent(rootFileSystemTar, deadline, _options.IdleTimeout),
            _options.IdleTimeout, _options.IdleTimeout, cancellation).ConfigureAwait(false);
        await FollowAsync(answer, null).ConfigureAwait(false);
    }

    public async Task RemoveImageAsync(string image, CancellationToken cancellation = default)
    {
        try
        {
            await _client.CallAsync(
                $"remove image {image}", HttpMethod.Delete, Paths.Image(image), _options.CallTimeout, cancellation)
                .ConfigureAwait(false);
        }
        catch (DockerException e) when (e.StatusCode == 404)
        {
            // Gone already.
        }
    }

    /// <summary>To the end of the stream, which is the end of the work. The status was sent before it: a failure is a line.</summary>
    private static async Task FollowAsync(AnswerStream answer, IProgress<PullProgress>? progress)
    {
        await using (answer.ConfigureAwait(false))
        {
            await foreach (var line in JsonLines.ReadAsync(answer, WireJson.Shared.ProgressLine).ConfigureAwait(false))
            {
                if ((line.ErrorDetail?.Message ?? line.Error) is { } message)
                    throw answer.Deadline.Refusal(message, line.ErrorDetail is { Code: >= 400 and < 600 } detail ? detail.Code : 500);
                if (line.Status is { } status)
                    progress?.Report(new PullProgress(line.Id ?? "", status, line.Detail?.Current ?? 0, line.Detail?.Total ?? 0));
            }
        }
    }
}
