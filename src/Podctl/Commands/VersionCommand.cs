using System.CommandLine;
using Podctl.Cli;

namespace Podctl.Commands;

internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Tells this program's version.");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine($"podctl {typeof(VersionCommand).Assembly.GetName().Version?.ToString(3)}");
            return ExitCodes.Success;
        });
        return command;
    }
}
