using System.Net;
using System.Net.Sockets;

namespace Testing;

/// <summary>
/// A run of ports for one cluster to offer, below those that the kernel hands out, held against other tests of this machine by a
/// locked file.
/// </summary>
public sealed class PortBlock : IDisposable
{
    public const int Size = 50;
    private const int Lowest = 20000;
    private const int Blocks = 220;

    private readonly FileStream _lock;

    private PortBlock(int first, FileStream held) => (First, _lock) = (first, held);

    public int First { get; }

    public int Last => First + Size - 1;

    public static PortBlock Take()
    {
        for (var tries = 0; tries < 10 * Blocks; tries++)
        {
            var first = Lowest + (Random.Shared.Next(Blocks) * Size);
            if (TryLock(first) is not { } held)
                continue;
            if (Enumerable.Range(first, Size).All(IsFree))
                return new PortBlock(first, held);
            held.Dispose();
        }
        throw new InvalidOperationException($"no {Size} ports side by side are free");
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(int first)
    {
        try
        {
            return new FileStream(
                Path.Combine(Path.GetTempPath(), $"reconciler-test-ports-{first}.lock"),
                FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
