using System.Diagnostics;
using Testing;

namespace Podctl.Tests;

/// <summary>podctl as users run it: the published file where RECONCILER_PROGRAMS says so (`make test` does), else the build beside the tests.</summary>
internal sealed class PodctlProgram(string? etcd, string? prefix)
{
    private static string Path => Environment.GetEnvironmentVariable("RECONCILER_PROGRAMS") is { Length: > 0 }
        ? Programs.Path("podctl")
        : System.IO.Path.Combine(AppContext.BaseDirectory, "podctl");

    private readonly Dictionary<string, string> _environment = new()
    {
        ["PODCTL_ETCD"] = etcd ?? "",
        ["RECONCILER_ETCD"] = "",
        ["PODCTL_PREFIX"] = prefix ?? "",
        ["RECONCILER_PREFIX"] = "",
    };

    public Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunAsync(Path, arguments, environment: _environment);

    public Task<CommandResult> RunWithInputAsync(string input, params string[] arguments) =>
        CommandLine.RunAsync(Path, arguments, input, _environment);

    /// <summary>Starts it and leaves it running; the caller ends it by its id.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("podctl did not start");
    }
}
