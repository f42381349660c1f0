using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Testing;

/// <summary>A program that runs until it is ended, with its output in a file. It dies with the process that started it.</summary>
public sealed class ServiceProcess : IDisposable
{
    // The shell waits for the program and passes on its exit code; the inner one waits for the end of its input, which comes when
    // the test host dies in whatever way, and then kills the program.
    private const string Script = """
        exec 3<&0
        log=$1; shift
        "$@" >>"$log" 2>&1 3<&- </dev/null &
        child=$!
        echo $child
        (read _ <&3; kill -9 $child) >/dev/null 2>&1 &
        guard=$!
        wait $child
        code=$?
        kill $guard
        exit $code
        """;

    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(60);
    private readonly Process _shell;

    private ServiceProcess(string name, string log, Process shell, int id) => (Name, Log, _shell, Id) = (name, log, shell, id);

    public string Name { get; }

    public string Log { get; }

    public int Id { get; }

    public bool HasEnded => _shell.HasExited;

    public static async Task<ServiceProcess> StartAsync(string name, string log, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, name, log, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var shell = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start");
        var id = int.Parse(await shell.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
        return new ServiceProcess(name, log, shell, id);
    }

    /// <summary>SIGTERM, and waits for the end. Returns the exit code.</summary>
    public Task<int> TerminateAsync() => EndAsync(Signals.Terminate);

    /// <summary>SIGKILL, and waits for the end.</summary>
    public Task<int> KillAsync() => EndAsync(Signals.Kill);

    public void Dispose()
    {
        // A program that ignored SIGTERM must not outlive its test.
        if (!_shell.HasExited)
            Signals.Send(Id, Signals.Kill);
        _shell.Dispose();
    }

    private async Task<int> EndAsync(int signal)
    {
        if (!_shell.HasExited)
            Signals.Send(Id, signal);
        await _shell.WaitForExitAsync().WaitAsync(EndDeadline);
        return _shell.ExitCode;
    }
}

/// <summary>POSIX signals, to processes that a test started.</summary>
public static class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <param name="processId">Negative: the whole group. One that is gone is no error.</param>
    /// <param name="signal">Its number.</param>
    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
