using System.CommandLine;
using Etcd;
using Model.Keys;
using Podctl.Cli;
using Podctl.Manifests;
using Podctl.Pods;

namespace Podctl.Commands;

/// <summary>`delete pod NAME…` and `delete -f FILE`: deletes the specs; the reconciler then stops the pods.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var file = ManifestFiles.CreateOption(required: false);
        var wait = new Option<bool>("--wait") { Description = "returns only when the pods' containers and status are gone", Recursive = true };
        var timeout = new Option<int>("--timeout")
        {
            Description = "how long --wait waits",
            HelpName = "seconds",
            Recursive = true,
            DefaultValueFactory = _ => 360,
        };
        var names = NameArgument.Several("the pods");
        var pod = new Command("pod", "Deletes the specs of pods.") { names };
        pod.Aliases.Add("pods");
        pod.SetAction((parsed, cancellation) =>
        {
            var ns = GlobalOptions.NamespaceOf(parsed);
            return DeleteAsync(parsed, [.. parsed.GetValue(names)!.Select(name => new PodKey(ns, name))], Patience(parsed), cancellation);
        });
        var command = new Command("delete", "Deletes specs: what runs of them is stopped.") { pod, file, wait, timeout };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(file) is not { Length: > 0 } path)
                return Usage("delete needs `pod NAME` or `-f FILE`");
            var files = await ManifestFiles.ReadAsync(path, parsed.GetValue(GlobalOptions.Namespace), cancellation);
            return ManifestFaults.Report(files, Console.Error)
                ? ExitCodes.Failure
                : await DeleteAsync(parsed, [.. files.SelectMany(file => file.Reading.Objects).Select(one => one.Key)], Patience(parsed), cancellation);
        });
        return command;

        TimeSpan? Patience(ParseResult parsed) => parsed.GetValue(wait) ? TimeSpan.FromSeconds(parsed.GetValue(timeout)) : null;
    }

    private static async Task<int> DeleteAsync(ParseResult parsed, IReadOnlyList<PodKey> pods, TimeSpan? patience, CancellationToken cancellation)
    {
        await using var connection = await Connection.OpenAsync(parsed, cancellation);
        var missing = 0;
        foreach (var pod in pods)
        {
            var deleted = await connection.Etcd.DeleteAsync(connection.Keys.PodSpec(pod), cancellation);
            if (deleted)
                await Console.Out.WriteLineAsync($"pod {pod} deleted");
            else
                await Console.Error.WriteLineAsync($"podctl: pod {pod} not found");
            missing += deleted ? 0 : 1;
        }
        if (patience is { } limit)
            await WaitAsync(connection, pods, limit, cancellation);
        return missing == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task WaitAsync(Connection connection, IReadOnlyList<PodKey> pods, TimeSpan patience, CancellationToken cancellation)
    {
        var store = new PodStore(connection.Etcd, connection.Keys);
        var start = TimeProvider.System.GetTimestamp();
        foreach (var pod in pods)
        {
            // An assignment outlives the containers, the status outlives the assignment.
            while (await store.FindAsync(pod, cancellation) is not null || await store.CountAssignmentsAsync(pod, cancellation) > 0)
            {
                if (TimeProvider.System.GetElapsedTime(start) > patience)
                    throw new PodctlException($"pod {pod} is not gone after {patience.TotalSeconds:0} s; `podctl describe pod {pod.Name} -n {pod.Namespace}` tells more");
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
            }
        }
    }

    private static int Usage(string message)
    {
        Console.Error.WriteLine($"podctl: {message}");
        return ExitCodes.Usage;
    }
}
