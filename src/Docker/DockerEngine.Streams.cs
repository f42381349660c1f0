using System.Globalization;
using System.Runtime.CompilerServices;
using Docker.Http;
using Docker.Wire;

namespace Docker;

public sealed partial class DockerEngine
{
    // What newer Engines (API 1.42) call the two shapes; older ones do not say.
    private const string FramedType = "application/vnd.docker.multiplexed-stream";

    public async IAsyncEnumerable<LogChunk> LogsAsync(
        string id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var path = Paths.Container(id) + "/logs?" + string.Join('&', Parameters(query));
        var idle = query.Follow ? Timeout.InfiniteTimeSpan : _options.IdleTimeout;
        var answer = await _client.OpenAsync(
            $"logs of container {id}", HttpMethod.Get, path, null, _options.CallTimeout, idle, cancellation).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            var raw = answer.MediaType != FramedType &&
                await InspectAsync(id, cancellation).ConfigureAwait(false) is { Config.Tty: true };
            var chunks = raw ? LogFrames.RawAsync(answer) : LogFrames.FramedAsync(answer);
            await foreach (var chunk in chunks.ConfigureAwait(false))
                yield return chunk;
        }
    }

    public async IAsyncEnumerable<ContainerEvent> EventsAsync(
        IReadOnlyCollection<string> labels, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var path = "/events?" + Paths.Filters(("type", ["container"]), ("label", labels)) +
            (since is { } time ? "&since=" + DockerTime.Query(time) : "");
        var answer = await _client.OpenAsync(
            "events", HttpMethod.Get, path, null, _options.CallTimeout, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            await foreach (var line in JsonLines.ReadAsync(answer, WireJson.Shared.EventLine).ConfigureAwait(false))
            {
                if (line is not { Action: { } action, Actor.Id: { } id })
                    throw answer.Deadline.Garbled("Docker sent an event without action or container");
                var nanoseconds = line.Nanoseconds != 0 ? line.Nanoseconds : line.Seconds * 1_000_000_000;
                yield return new ContainerEvent(
                    action, id, line.Actor.Attributes ?? [], DockerTime.FromNanoseconds(nanoseconds));
            }
        }
    }

    private static IEnumerable<string> Parameters(LogQuery query)
    {
        yield return "stdout=" + Flag(query.Stdout);
        yield return "stderr=" + Flag(query.Stderr);
        yield return "follow=" + Flag(query.Follow);
        yield return "timestamps=" + Flag(query.Timestamps);
        yield return "tail=" + (query.Tail?.ToString(CultureInfo.InvariantCulture) ?? "all");
        if (query.Since is { } since)
            yield return "since=" + DockerTime.Query(since);

        static string Flag(bool set) => set ? "1" : "0";
    }
}
