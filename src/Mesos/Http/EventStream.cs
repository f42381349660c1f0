using Google.Protobuf;

namespace Mesos.Http;

/// <summary>The body of an accepted SUBSCRIBE, event by event, with the connection that it lives on.</summary>
internal sealed class EventStream<TEvent> : IDisposable
    where TEvent : class, IMessage<TEvent>
{
    private readonly MesosHttp http;
    private readonly HttpResponseMessage response;
    private readonly RecordIOReader reader;
    private readonly MessageParser<TEvent> parser;

    private EventStream(MesosHttp http, HttpResponseMessage response, RecordIOReader reader, MessageParser<TEvent> parser) =>
        (this.http, this.response, this.reader, this.parser) = (http, response, reader, parser);

    /// <summary>Null where the answer has none, as an agent's.</summary>
    public string? StreamId =>
        response.Headers.NonValidated.TryGetValues(MesosHttp.StreamIdHeader, out var values) ? values.ToString() : null;

    /// <summary>Who accepted, after all redirects.</summary>
    public Uri Endpoint => response.RequestMessage!.RequestUri!;

    /// <summary>Subscribes on the connection given, and owns it from here on, also where it throws.</summary>
    public static async Task<EventStream<TEvent>> OpenAsync(
        MesosHttp http, Uri uri, byte[] body, MessageParser<TEvent> parser, ConnectionLimits limits, CancellationToken cancellation)
    {
        try
        {
            return await Deadline.RunAsync($"SUBSCRIBE to {uri}", limits.CallTimeout, async token =>
            {
                var response = await http.PostAsync(uri, body, streamId: null, token).ConfigureAwait(false);
                try
                {
                    if (response.StatusCode != System.Net.HttpStatusCode.OK)
                        throw await MesosHttp.RefusalAsync(response, $"SUBSCRIBE to {uri}", token).ConfigureAwait(false);
                    if (response.Content.Headers.ContentType?.MediaType is not "application/x-protobuf" and var type)
                        throw new MesosException($"SUBSCRIBE to {uri}: a stream of {type ?? "unknown type"} instead of protobuf");
                    var stream = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                    return new EventStream<TEvent>(http, response, new RecordIOReader(stream, limits.MaxRecordBytes), parser);
                }
                catch
                {
                    response.Dispose();
                    throw;
                }
            }, cancellation).ConfigureAwait(false);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null at a clean end. An event of a type that is not known here is an event like any other.</summary>
    public async ValueTask<TEvent?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } record ? parser.ParseFrom(record.Span) : null;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new MesosException($"an event of {Endpoint} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // A connection that is torn down under a read may say so before the cancellation does.
            cancellation.ThrowIfCancellationRequested();
            throw new MesosException($"the stream of {Endpoint} broke: {e.GetBaseException().Message}", e);
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
        http.Dispose();
    }
}

internal readonly record struct ConnectionLimits(TimeSpan CallTimeout, int MaxRecordBytes);
