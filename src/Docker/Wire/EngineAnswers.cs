using System.Text.Json.Serialization;

namespace Docker.Wire;

// Only the fields that are used: the rest of an answer is skipped while reading, and costs no memory.

internal sealed record RefusalAnswer([property: JsonPropertyName("message")] string? Message);

internal sealed record VersionAnswer(
    string? Version, string? ApiVersion, [property: JsonPropertyName("MinAPIVersion")] string? MinApiVersion);

internal sealed record InfoAnswer(
    string? ServerVersion, string? CgroupDriver, string? CgroupVersion, string? Driver, string? KernelVersion,
    string? OperatingSystem, string? Architecture);

internal sealed record EventLine(
    string? Action, EventActor? Actor, [property: JsonPropertyName("time")] long Seconds,
    [property: JsonPropertyName("timeNano")] long Nanoseconds);

internal sealed record EventActor([property: JsonPropertyName("ID")] string? Id, Dictionary<string, string>? Attributes);

internal sealed record InspectedImage(string? Id, string[]? RepoTags, string[]? RepoDigests, long Size);

/// <summary>A line of the streams that pull and import answer with; an error in it is the call's failure, whatever the HTTP status.</summary>
internal sealed record ProgressLine(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("progressDetail")] ProgressDetail? Detail,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("errorDetail")] ErrorDetail? ErrorDetail);

internal sealed record ProgressDetail(
    [property: JsonPropertyName("current")] long Current, [property: JsonPropertyName("total")] long Total);

internal sealed record ErrorDetail(
    [property: JsonPropertyName("code")] int Code, [property: JsonPropertyName("message")] string? Message);
