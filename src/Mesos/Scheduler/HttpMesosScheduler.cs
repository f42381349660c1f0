using System.Runtime.CompilerServices;
using Google.Protobuf;
using Mesos.Http;
using Mesos.V1;
using Mesos.V1.Scheduler;

namespace Mesos.Scheduler;

public sealed record HttpMesosSchedulerOptions
{
    /// <summary>Any master, `http://host:port`; one that does not lead redirects to the one that does.</summary>
    public required Uri Master { get; init; }
    /// <summary>For a call, its time in the queue included, and for the answer to SUBSCRIBE (not for the stream that follows).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>A longer event breaks the stream.</summary>
    public int MaxRecordBytes { get; init; } = RecordIOReader.DefaultMaxRecordBytes;
}

/// <summary>A master's v1 scheduler API over HTTP, in protobuf: the stream on one connection, all calls in order on another.</summary>
public sealed class HttpMesosScheduler : IMesosScheduler, IAsyncDisposable
{
    private const string Path = "/api/v1/scheduler";
    private const int MaxRedirects = 4;

    private readonly HttpMesosSchedulerOptions options;
    private readonly Uri endpoint;
    private readonly MesosHttp calls = new() { MaxRedirects = MaxRedirects };
    private readonly CallQueue queue = new();
    private readonly CancellationTokenSource disposed = new();
    private volatile Subscription? subscription;

    public HttpMesosScheduler(HttpMesosSchedulerOptions options)
    {
        this.options = options;
        endpoint = new Uri(options.Master, Path);
    }

    private sealed record Subscription(Uri Endpoint, string StreamId, FrameworkID? FrameworkId);

    /// <inheritdoc />
    /// <remarks>Calls belong to the latest subscription, from its SUBSCRIBED on until its enumeration ends.</remarks>
    public async IAsyncEnumerable<Event> SubscribeAsync(FrameworkInfo framework, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, this);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, disposed.Token);
        var call = new Call { Type = Call.Types.Type.Subscribe, Subscribe = new() { FrameworkInfo = framework } };
        if (framework.Id is not null)
            call.FrameworkId = framework.Id;
        var limits = new ConnectionLimits(options.CallTimeout, options.MaxRecordBytes);
        using var stream = await EventStream<Event>.OpenAsync(
            new MesosHttp { MaxRedirects = MaxRedirects }, endpoint, call.ToByteArray(), Event.Parser, limits, ending.Token).ConfigureAwait(false);
        if (stream.StreamId is not { Length: > 0 } streamId)
            throw new MesosException($"{stream.Endpoint} accepted the subscription without a {MesosHttp.StreamIdHeader}");
        var current = new Subscription(stream.Endpoint, streamId, framework.Id);
        subscription = current;
        try
        {
            while (await stream.NextAsync(ending.Token).ConfigureAwait(false) is { } received)
            {
                if (received.Subscribed?.FrameworkId is { } id && !id.Equals(current.FrameworkId))
                {
                    var named = current with { FrameworkId = id };
                    Interlocked.CompareExchange(ref subscription, named, current);
                    current = named;
                }
                yield return received;
            }
        }
        finally
        {
            // Unless a later subscription stands there already.
            Interlocked.CompareExchange(ref subscription, null, current);
        }
    }

    /// <inheritdoc />
    /// <remarks>framework_id is filled in where the call has none.</remarks>
    public async Task SendAsync(Call call, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, this);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, disposed.Token);
        await Deadline.RunAsync(call.Type.ToString(), options.CallTimeout, token => queue.RunAsync(async () =>
        {
            // Whose subscription this is, is asked when the call's turn comes: one that is over must not be spoken for.
            var current = subscription ?? throw new MesosException($"{call.Type}: not subscribed");
            var body = call.FrameworkId is null && current.FrameworkId is { } id ? Joined(call, new Call { FrameworkId = id }) : call.ToByteArray();
            using var response = await calls.PostAsync(current.Endpoint, body, current.StreamId, token).ConfigureAwait(false);
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

    /// <summary>Two messages in a row are one message that has the fields of both; nothing of the caller's is copied or changed.</summary>
    private static byte[] Joined(Call call, Call addition)
    {
        var size = call.CalculateSize();
        var bytes = new byte[size + addition.CalculateSize()];
        call.WriteTo(bytes.AsSpan(0, size));
        addition.WriteTo(bytes.AsSpan(size));
        return bytes;
    }
}
