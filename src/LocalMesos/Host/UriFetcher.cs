using Mesos.V1;

namespace LocalMesos.Host;

/// <summary>
/// Brings a command's URIs into the sandbox: http, https, file and plain paths. `executable` and `output_file` are
/// honoured, archives are not unpacked, `cache` changes nothing.
/// </summary>
internal sealed class UriFetcher : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Throws <see cref="FetchException"/> that names the URI.</summary>
    public async Task FetchAsync(CommandInfo.Types.URI uri, string sandbox, CancellationToken cancellation)
    {
        try
        {
            var target = TargetOf(uri, sandbox);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Uri.TryCreate(uri.Value, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https")
                await DownloadAsync(parsed, target, cancellation).ConfigureAwait(false);
            else
                File.Copy(PathOf(uri.Value), target, overwrite: true);
            if (uri.Executable && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, Executable);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw new FetchException($"Failed to fetch '{uri.Value}': {e.Message}", e);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task DownloadAsync(Uri uri, string target, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        var file = File.Create(target);
        await using var _ = file.ConfigureAwait(false);
        await response.Content.CopyToAsync(file, cancellation).ConfigureAwait(false);
    }

    private static string TargetOf(CommandInfo.Types.URI uri, string sandbox)
    {
        var name = uri.HasOutputFile ? uri.OutputFile : Path.GetFileName(uri.Value.Split('?', '#')[0]);
        var target = Path.GetFullPath(Path.Combine(sandbox, name));
        return name.Length > 0 && target.StartsWith($"{sandbox}/", StringComparison.Ordinal)
            ? target
            : throw new FormatException($"`{name}` is no file of the sandbox");
    }

    private static string PathOf(string uri)
    {
        const string File = "file://";
        var path = uri.StartsWith(File, StringComparison.Ordinal) ? uri[File.Length..] : uri;
        return path.StartsWith('/') ? path : throw new FormatException("only http, https, file and absolute paths are known");
    }
}
