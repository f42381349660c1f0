using System.Diagnostics;
using Model.Assignments;

namespace Podctl.Dev;

/// <summary>Removes what Docker still holds of one framework: the last resort, when executors were killed before they could.</summary>
internal static class LeftContainers
{
    /// <summary>How many were removed.</summary>
    public static async Task<int> RemoveAsync(string frameworkId)
    {
        var ids = (await DockerAsync("ps", "--all", "--quiet", "--no-trunc", "--filter", $"label={ContainerLabels.FrameworkId}={frameworkId}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ids.Length > 0)
            await DockerAsync(["rm", "--force", "--volumes", .. ids]);
        return ids.Length;
    }

    private static async Task<string> DockerAsync(params string[] arguments)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("docker did not start");
        var output = docker.StandardOutput.ReadToEndAsync();
        var errors = docker.StandardError.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return docker.ExitCode == 0 ? await output : throw new IOException($"docker {arguments[0]}: {(await errors).Trim()}");
    }
}
