using System.Globalization;
using Docker;

namespace Simulation.Engine;

/// <summary>
/// What runs in a container, by its command: `run` until it is told to end, `exit CODE SECONDS` by itself, `stubborn` takes no
/// SIGTERM. Anything else runs, as a sandbox does.
/// </summary>
public sealed record ContainerProgram(TimeSpan? EndsAfter = null, int ExitCode = 0, bool IgnoresTerm = false)
{
    public static ContainerProgram Of(ContainerConfig config)
    {
        string[] words = [.. config.Entrypoint ?? [], .. config.Command ?? []];
        return words switch
        {
            ["exit", var code, var seconds] => new ContainerProgram(
                TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), int.Parse(code, CultureInfo.InvariantCulture)),
            ["stubborn", ..] => new ContainerProgram(IgnoresTerm: true),
            _ => new ContainerProgram(),
        };
    }
}
