namespace Mesos.Tests;

/// <summary>Bytes that come in pieces, of one size or of a random one (1 to 20).</summary>
internal sealed class ChoppyStream : MemoryStream
{
    private readonly Func<int> piece;

    public ChoppyStream(byte[] bytes, int chunk) : base(bytes) => piece = () => chunk;

    public ChoppyStream(byte[] bytes, Random random) : base(bytes) => piece = () => random.Next(1, 21);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, piece())], cancellationToken);
}
