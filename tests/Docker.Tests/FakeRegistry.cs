using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Testing;

namespace Docker.Tests;

/// <summary>
/// A registry on loopback that has every image there is, all the same: one layer of noise. The Engine takes plain HTTP
/// from 127.0.0.0/8.
/// </summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    public const string MissingTag = "missing";
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly HttpListener _listener = new();
    private readonly int _port = FreePort.Next();
    private readonly byte[] _layer;
    private readonly byte[] _config;
    private readonly byte[] _manifest;
    private readonly Task _serving;

    public FakeRegistry()
    {
        var noise = new byte[3 << 20];
        // A layer that the Engine has already is not downloaded again: each registry's is its own.
        RandomNumberGenerator.Fill(noise);
        var tar = Tar(noise);
        _layer = Gzip(tar);
        _config = Encoding.ASCII.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["/x"]},"rootfs":{"type":"layers","diff_ids":["{{{Digest(tar)}}}"]}}""");
        _manifest = Encoding.ASCII.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{ManifestType}}}","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{{_config.Length}}},"digest":"{{{Digest(_config)}}}"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{{_layer.Length}}},"digest":"{{{Digest(_layer)}}}"}]}""");
        _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Sends a layer that is not what its digest says.</summary>
    public bool CorruptLayer { get; init; }

    public ConcurrentQueue<string> Requests { get; } = [];

    public string Image(string name, string? tag = null) => $"127.0.0.1:{_port}/{name}" + (tag is null ? "" : ":" + tag);

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var path = context.Request.Url!.AbsolutePath;
                Requests.Enqueue(path);
                var (status, type, body) = Answer(path);
                context.Response.StatusCode = status;
                context.Response.ContentType = type;
                context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
                context.Response.ContentLength64 = body.Length;
                if (path.Contains("/manifests/", StringComparison.Ordinal))
                    context.Response.Headers["Docker-Content-Digest"] = Digest(body);
                if (context.Request.HttpMethod != "HEAD")
                    await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private (int Status, string Type, byte[] Body) Answer(string path)
    {
        if (path == "/v2/")
            return (200, "application/json", "{}"u8.ToArray());
        if (path.EndsWith("/manifests/" + MissingTag, StringComparison.Ordinal))
            return (404, "application/json", "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"u8.ToArray());
        if (path.Contains("/manifests/", StringComparison.Ordinal))
            return (200, ManifestType, _manifest);
        if (path.EndsWith(Digest(_config), StringComparison.Ordinal))
            return (200, "application/octet-stream", _config);
        var layer = CorruptLayer ? [.. _layer.AsSpan(0, _layer.Length - 1), (byte)(_layer[^1] ^ 1)] : _layer;
        return (200, "application/octet-stream", layer);
    }

    private static byte[] Tar(byte[] data)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, leaveOpen: true))
        {
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "x")
            {
                DataStream = new MemoryStream(data),
            });
        }
        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] data)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(data);
        return bytes.ToArray();
    }

    private static string Digest(byte[] data) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(data));

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }
}
