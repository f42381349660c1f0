using System.Threading.Channels;
using Google.Protobuf;
using Mesos;
using Mesos.Json;

namespace LocalMesos.Host;

/// <summary>One open event stream: the dispatcher puts events in, the request that holds the connection writes them out.</summary>
internal sealed class EventChannel(bool json)
{
    private readonly Channel<byte[]> records = Channel.CreateUnbounded<byte[]>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    /// <summary>Ended as by a dying agent: the connection is cut, not closed.</summary>
    public bool IsAborted { get; private set; }

    public void Send(IMessage happened) =>
        records.Writer.TryWrite(json ? RecordIOWriter.Frame(MesosJson.Format(happened)) : RecordIOWriter.Frame(happened));

    public void Close(bool abort)
    {
        IsAborted = abort;
        records.Writer.TryComplete();
    }

    /// <summary>One record is one write, and so one chunk, flushed at once.</summary>
    public async Task WriteToAsync(HttpResponse response, CancellationToken cancellation)
    {
        response.Headers.ContentType = json ? MediaTypes.Json : MediaTypes.Protobuf;
        await response.StartAsync(cancellation).ConfigureAwait(false);
        await foreach (var record in records.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            await response.BodyWriter.WriteAsync(record, cancellation).ConfigureAwait(false);
        if (IsAborted)
            response.HttpContext.Abort();
    }
}
