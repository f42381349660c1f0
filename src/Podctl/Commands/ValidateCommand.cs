using System.CommandLine;
using Podctl.Cli;
using Podctl.Manifests;

namespace Podctl.Commands;

/// <summary>`validate -f`: what `apply` would say of the files, without an etcd.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var file = ManifestFiles.CreateOption(required: true);
        var command = new Command("validate", "Checks specs without a cluster; faults as file:line:column: path: message.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            var files = await ManifestFiles.ReadAsync(parsed.GetValue(file)!, parsed.GetValue(GlobalOptions.Namespace), cancellation);
            if (ManifestFaults.Report(files, Console.Out))
                return ExitCodes.Failure;
            foreach (var one in files.SelectMany(file => file.Reading.Objects))
                await Console.Out.WriteLineAsync($"pod {one.Key} is valid");
            return ExitCodes.Success;
        });
        return command;
    }
}
