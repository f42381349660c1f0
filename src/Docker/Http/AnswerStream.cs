namespace Docker.Http;

/// <summary>
/// The body of an answer that comes for as long as it likes. Reading fails with the call's own exceptions; with an idle
/// timeout, also when no byte came for that long.
/// </summary>
internal sealed class AnswerStream(HttpResponseMessage answer, Stream body, Deadline deadline, TimeSpan idleTimeout) : Stream
{
    public Deadline Deadline => deadline;

    public string? MediaType => answer.Content.Headers.ContentType?.MediaType;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The deadline's token is the caller's too; a second one would only cost another link for each read.
        deadline.Restart(idleTimeout);
        try
        {
            return await body.ReadAsync(buffer, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Deadline.Translates(e))
        {
            throw deadline.Translate(e);
        }
        finally
        {
            // What the reader does with the bytes is not Docker's silence.
            deadline.Restart(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
            deadline.Dispose();
        }
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
