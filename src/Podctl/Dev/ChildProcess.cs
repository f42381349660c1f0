using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Podctl.Dev;

/// <summary>
/// A program of the cluster, in a session of its own (the terminal's Ctrl-C is for podctl, which ends the programs in order),
/// with its output in a file.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int SigTerm = 15;
    private readonly Process _process;

    private ChildProcess(string name, string log, Process process) => (Name, Log, _process) = (name, log, process);

    public string Name { get; }

    public string Log { get; }

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public Task Ended => _process.WaitForExitAsync();

    public static ChildProcess Start(string name, string log, string program, params IEnumerable<string> arguments)
    {
        // The shell only turns the output into the file; then the program takes its place, and its process id.
        string[] all = ["sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, program, .. arguments];
        var process = Process.Start(new ProcessStartInfo("setsid", all))
            ?? throw new InvalidOperationException($"{program} did not start");
        return new ChildProcess(name, log, process);
    }

    /// <summary>SIGTERM, and SIGKILL when the time is over. False: it had to be killed.</summary>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        if (_process.HasExited)
            return true;
        _ = kill(_process.Id, SigTerm);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            return false;
        }
    }

    /// <summary>How it ended, with the end of its log: for a message.</summary>
    public string Obituary()
    {
        var tail = string.Join('\n', File.ReadLines(Log).TakeLast(15).Select(line => "    " + line));
        return string.Create(CultureInfo.InvariantCulture, $"{Name} ended with code {ExitCode}; the end of {Log}:\n{tail}");
    }

    public void Dispose() => _process.Dispose();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
