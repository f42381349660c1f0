using System.CommandLine;
using Etcd;
using Podctl.Cli;
using Podctl.Manifests;

namespace Podctl.Commands;

/// <summary>`apply -f`: checks every spec first, and puts all or none.</summary>
internal static class ApplyCommand
{
    private const int Tries = 5;

    public static Command Create()
    {
        var file = ManifestFiles.CreateOption(required: true);
        var command = new Command("apply", "Checks specs and puts them into etcd.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            var files = await ManifestFiles.ReadAsync(parsed.GetValue(file)!, parsed.GetValue(GlobalOptions.Namespace), cancellation);
            if (ManifestFaults.Report(files, Console.Error))
                return ExitCodes.Failure;
            await using var connection = await Connection.OpenAsync(parsed, cancellation);
            foreach (var one in files.SelectMany(file => file.Reading.Objects))
            {
                var outcome = await PutAsync(connection.Etcd, connection.Keys.PodSpec(one.Key), one.Value, cancellation);
                await Console.Out.WriteLineAsync($"pod {one.Key} {outcome}");
            }
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>created, configured or unchanged; a put that would change nothing is not made.</summary>
    private static async Task<string> PutAsync(IEtcd etcd, string key, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            var before = await etcd.GetAsync(key, cancellation);
            if (before is not null && before.Value.Span.SequenceEqual(value.Span))
                return "unchanged";
            var unmoved = before is null ? Compare.Absent(key) : Compare.ModRevision(key, before.ModRevision);
            if ((await etcd.TxnAsync(new Txn { If = [unmoved], Then = [Op.Put(key, value)] }, cancellation)).Succeeded)
                return before is null ? "created" : "configured";
        }
        throw new PodctlException($"{key} is changed by somebody else all the time; nothing was put there");
    }
}
