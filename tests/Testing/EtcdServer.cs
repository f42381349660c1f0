using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Testing;

/// <summary>
/// A real etcd on free loopback ports with data of its own. It can be killed, started again on the same data and ports, and
/// stopped and continued by signal. It dies with the process that started it.
/// </summary>
public sealed class EtcdServer : IAsyncDisposable
{
    // The shell waits for etcd and so sees its end; the inner one waits for the end of its input, which comes when the test host
    // dies in whatever way, and then kills etcd and removes its data.
    private const string Script = """
        exec 3<&0 2>/dev/null
        "$@" >>"$ETCD_FOLDER/log" 2>&1 3<&- </dev/null &
        child=$!
        echo $child
        (read _ <&3; kill -9 $child; rm -rf "$ETCD_FOLDER") >/dev/null &
        guard=$!
        wait $child
        kill $guard
        """;

    private const int SigKill = 9;
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly string _directory;
    private readonly string[] _extraArguments;
    private int _clientPort;
    private int _peerPort;
    private Process? _shell;
    private int _processId;

    private EtcdServer(string[] extraArguments)
    {
        _extraArguments = extraArguments;
        // 3.4 always waits for the disk: memory spares the tests that.
        var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        _directory = Path.Combine(parent, "reconciler-etcd-" + Path.GetRandomFileName());
        Directory.CreateDirectory(_directory);
    }

    /// <summary>The client URL, such as http://127.0.0.1:33333.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{_clientPort}");

    /// <summary>Starts a server with no data and returns when it serves. <paramref name="arguments"/>: etcd's own, such as <c>--quota-backend-bytes=16777216</c>.</summary>
    public static async Task<EtcdServer> StartAsync(params string[] arguments)
    {
        var server = new EtcdServer(arguments);
        try
        {
            const int tries = 5;
            for (var i = 1; ; i++)
            {
                server._clientPort = FreePort.Next();
                server._peerPort = FreePort.Next();
                try
                {
                    await server.LaunchAsync();
                    return server;
                }
                catch (EtcdEndedException) when (i < tries)
                {
                    // Most likely somebody else took a port in between.
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL, and waits until it is gone. The data stays.</summary>
    public async Task KillAsync()
    {
        if (_shell is not { } shell)
            return;
        Signal(SigKill);
        await shell.WaitForExitAsync();
        shell.Dispose();
        _shell = null;
    }

    /// <summary>On the same data and ports; returns when it serves.</summary>
    public Task StartAgainAsync() => _shell is null ? LaunchAsync() : throw new InvalidOperationException("it runs; kill it first");

    /// <summary>SIGSTOP: connections stay, nothing answers.</summary>
    public void Pause() => Signal(SigStop);

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signal(SigCont);

    /// <summary>What etcd's /metrics says under this name, labels included.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(Endpoint, "/metrics"));
        var line = text.Split('\n').Single(l => l.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task LaunchAsync()
    {
        _shell = Process.Start(NewStartInfo()) ?? throw new InvalidOperationException("/bin/sh did not start");
        _processId = int.Parse(await _shell.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.TrueAsync("etcd serves", async () =>
            {
                // It shut down by itself: waiting longer is no use.
                return _shell.HasExited || await IsHealthyAsync(http);
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"etcd does not serve; its log ends with\n{LogTail()}", e);
        }
        if (!_shell.HasExited)
            return;
        _shell.Dispose();
        _shell = null;
        throw new EtcdEndedException($"etcd ended at its start; its log ends with\n{LogTail()}");
    }

    private async Task<bool> IsHealthyAsync(HttpClient http)
    {
        try
        {
            var health = await http.GetStringAsync(new Uri(Endpoint, "/health"));
            return health.Contains("\"true\"", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // It does not listen yet, or has no leader yet.
            return false;
        }
    }

    private ProcessStartInfo NewStartInfo()
    {
        var peer = $"http://127.0.0.1:{_peerPort}";
        string[] arguments =
        [
            "-c", Script, "etcd-of-a-test", FindBinary(),
            "--name=test", $"--data-dir={Path.Combine(_directory, "data")}",
            $"--listen-client-urls={Endpoint.OriginalString}", $"--advertise-client-urls={Endpoint.OriginalString}",
            $"--listen-peer-urls={peer}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=test={peer}",
            // The shortest lease follows from the election timeout: 1 s with this one.
            "--election-timeout=500",
            .. _extraArguments,
        ];
        return new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["ETCD_FOLDER"] = _directory },
        };
    }

    private string LogPath => Path.Combine(_directory, "log");

    private string LogTail() => File.Exists(LogPath) ? string.Join('\n', File.ReadLines(LogPath).TakeLast(15)) : "(no log)";

    private static string FindBinary()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return path.Select(folder => Path.Combine(folder, "etcd")).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("no etcd in PATH: these tests need Debian's package etcd-server (apt-get install etcd-server)");
    }

    private void Signal(int signal)
    {
        if (kill(_processId, signal) != 0)
            throw new InvalidOperationException($"signal {signal} to etcd (process {_processId}): error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);

    private sealed class EtcdEndedException(string message) : Exception(message);
}
