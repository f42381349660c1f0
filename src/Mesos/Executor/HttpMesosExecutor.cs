using System.Runtime.CompilerServices;
using Google.Protobuf;
using Mesos.Http;
using Mesos.V1;
using Mesos.V1.Executor;

namespace Mesos.Executor;

public sealed record HttpMesosExecutorOptions
{
    /// <summary>The agent's executor API, `http://host:port/api/v1/executor`.</summary>
    public required Uri Endpoint { get; init; }
    public required string FrameworkId { get; init; }
    public required string ExecutorId { get; init; }
    /// <summary>Sent as a bearer token where the agent demands one.</summary>
    public string? AuthenticationToken { get; init; }
    /// <summary>For a call, its time in the queue included, and for the answer to SUBSCRIBE (not for the stream that follows).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>A longer event breaks the stream.</summary>
    public int MaxRecordBytes { get; init; } = RecordIOReader.DefaultMaxRecordBytes;

    public static HttpMesosExecutorOptions From(ExecutorEnvironment environment) => new()
    {
        Endpoint = environment.Endpoint,
        FrameworkId = environment.FrameworkId,
        ExecutorId = environment.ExecutorId,
        AuthenticationToken = environment.AuthenticationToken,
    };

    /// <summary>Without the token.</summary>
    public override string ToString() => $"executor {ExecutorId} of {FrameworkId} at {Endpoint}";
}

/// <summary>An agent's v1 executor API over HTTP, in protobuf: the stream on one connection, all calls in order on another.</summary>
public sealed class HttpMesosExecutor(HttpMesosExecutorOptions options) : IMesosExecutor, IAsyncDisposable
{
    private readonly MesosHttp calls = new() { BearerToken = options.AuthenticationToken };
    private readonly CallQueue queue = new();
    private readonly CancellationTokenSource disposed = new();
    private readonly byte[] identity = new Call
    {
        FrameworkId = new FrameworkID { Value = options.FrameworkId },
        ExecutorId = new ExecutorID { Value = options.ExecutorId },
    }.ToByteArray();

    /// <inheritdoc />
    public async IAsyncEnumerable<Event> SubscribeAsync(
        Call.Types.Subscribe unacknowledged, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, this);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, disposed.Token);
        var body = Identified(new Call { Type = Call.Types.Type.Subscribe, Subscribe = unacknowledged });
        var limits = new ConnectionLimits(options.CallTimeout, options.MaxRecordBytes);
        using var stream = await EventStream<Event>.OpenAsync(
            new MesosHttp { BearerToken = options.AuthenticationToken }, options.Endpoint, body, Event.Parser, limits, ending.Token).ConfigureAwait(false);
        while (await stream.NextAsync(ending.Token).ConfigureAwait(false) is { } received)
            yield return received;
    }

    /// <inheritdoc />
    /// <remarks>The ids of framework and executor are set here, whatever the call has in their place.</remarks>
    public async Task SendAsync(Call call, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, this);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, disposed.Token);
        var body = Identified(call);
        await Deadline.RunAsync(call.Type.ToString(), options.CallTimeout, token => queue.RunAsync(async () =>
        {
            using var response = await calls.PostAsync(options.Endpoint, body, streamId: null, token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? response.StatusCode
                : throw await MesosHttp.RefusalAsync(response, call.Type.ToString(), token).ConfigureAwait(false);
        }, token), ending.Token).ConfigureAwait(false);
    }

    /// <summary>Ends the subscription and whatever call is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync().ConfigureAwait(false);
        calls.Dispose();
    }

    /// <summary>In protobuf a later value of a field replaces the earlier one: so the ids simply follow.</summary>
    private byte[] Identified(Call call)
    {
        var size = call.CalculateSize();
        var bytes = new byte[size + identity.Length];
        call.WriteTo(bytes.AsSpan(0, size));
        identity.CopyTo(bytes, size);
        return bytes;
    }
}
