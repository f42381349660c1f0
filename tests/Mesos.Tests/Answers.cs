using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Mesos.Tests;

/// <summary>Answers as masters and agents give them, byte by byte.</summary>
internal static class Answers
{
    public const string StreamId = "114f4458-ace1-48c5-bd6e-db896d2c5126";
    public const string Accepted = "HTTP/1.1 202 Accepted\r\nDate: Fri, 20 Nov 2026 11:50:39 GMT\r\nContent-Length: 0\r\n\r\n";
    public const string LastChunk = "0\r\n\r\n";

    public static string StreamHead(string? streamId = StreamId, string type = "application/x-protobuf") =>
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        + (streamId is null ? "" : $"Mesos-Stream-Id: {streamId}\r\n")
        + $"Content-Type: {type}\r\n\r\n";

    public static string Refusal(int status, string text) =>
        $"HTTP/1.1 {status} No\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}";

    public static string Redirect(string location) =>
        $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Chunks of random sizes that mind no record's bounds, some written in two.</summary>
    public static async Task WriteChunkedAsync(NetworkStream stream, byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 40), bytes.Length - at);
            byte[] chunk = [.. Encoding.ASCII.GetBytes(length.ToString("X", CultureInfo.InvariantCulture) + "\r\n"), .. bytes.AsSpan(at, length), 13, 10];
            var cut = random.Next(0, chunk.Length);
            await stream.WriteAsync(chunk.AsMemory(0, cut));
            await stream.WriteAsync(chunk.AsMemory(cut));
            at += length;
        }
    }
}
