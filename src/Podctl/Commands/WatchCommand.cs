using System.CommandLine;
using Model.Keys;
using Podctl.Cli;
using Podctl.Output;
using Podctl.Pods;

namespace Podctl.Commands;

/// <summary>`watch pods [NAME]`: what stands in the status keys now, then every change of them, until it is ended.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var name = NameArgument.Optional("one pod; all where none is given");
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "the pods of every namespace" };
        var output = OutputOption.Create(OutputFormat.Table, OutputFormat.Json);
        var pods = new Command("pods", "Follows the status of pods, a line for each change, until Ctrl-C.") { name, all, output };
        pods.Aliases.Add("pod");
        pods.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = await Connection.OpenAsync(parsed, cancellation);
            var keys = connection.Keys;
            var ns = GlobalOptions.NamespaceOf(parsed);
            var (key, isPrefix) = (parsed.GetValue(name), parsed.GetValue(all)) switch
            {
                ({ } one, false) => (keys.PodStatus(new PodKey(ns, one)), false),
                (null, false) => ($"{keys.PodStatuses}{ns}/", true),
                (null, true) => (keys.PodStatuses, true),
                _ => throw new PodctlException("a pod's name and --all-namespaces exclude each other"),
            };
            var watcher = new StatusWatcher(connection.Etcd, keys, key, isPrefix);
            var asJson = parsed.GetValue(output) == OutputFormat.Json;
            try
            {
                await foreach (var change in watcher.FollowAsync(cancellation))
                {
                    await Console.Out.WriteLineAsync(asJson ? ChangeLine.Json(change) : ChangeLine.Text(change));
                    await Console.Out.FlushAsync(cancellation);
                }
            }
            catch (OperationCanceledException)
            {
                // To be ended is how a watch ends.
            }
            return ExitCodes.Success;
        });
        return new Command("watch", "Follows changes.") { pods };
    }
}
