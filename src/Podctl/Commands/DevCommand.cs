using System.CommandLine;
using Podctl.Cli;
using Podctl.Dev;

namespace Podctl.Commands;

/// <summary>`dev`: a cluster on this machine, until Ctrl-C.</summary>
internal static class DevCommand
{
    private const string Ready = "ready";

    public static Command Create()
    {
        var etcdPort = Port("--etcd-port", "etcd's port", 2379);
        var mesosPort = Port("--mesos-port", "the Mesos master's port", 5050);
        var agentPort = Port("--agent-port", "the first Mesos agent's port; the others follow", 5051);
        var httpPort = Port("--http-port", "the reconciler's port", 8080);
        var agents = new Option<int>("--agents") { Description = "how many Mesos agents", HelpName = "number", DefaultValueFactory = _ => 1 };
        var state = new Option<string?>("--state-dir")
        {
            Description = "where data and logs are kept; where none is given, a temporary folder that goes at the end",
            HelpName = "folder",
        };
        var programs = new Option<string>("--programs")
        {
            Description = "where reconciler, local-mesos and node-agent stand",
            HelpName = "folder",
            DefaultValueFactory = _ => AppContext.BaseDirectory,
        };
        var command = new Command("dev", "Runs a cluster on this machine: etcd, LocalMesos and the reconciler, until Ctrl-C.")
        {
            etcdPort, mesosPort, agentPort, httpPort, agents, state, programs,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var kept = parsed.GetValue(state);
            var folder = kept is null ? Directory.CreateTempSubdirectory("reconciler-dev-") : Directory.CreateDirectory(Path.GetFullPath(kept));
            var options = new DevOptions
            {
                EtcdPort = parsed.GetValue(etcdPort),
                MesosPort = parsed.GetValue(mesosPort),
                AgentPort = parsed.GetValue(agentPort),
                HttpPort = parsed.GetValue(httpPort),
                Agents = parsed.GetValue(agents),
                Prefix = GlobalOptions.KeysOf(parsed).Prefix,
                StateDirectory = folder.FullName,
                Programs = parsed.GetValue(programs)!,
            };
            var code = await RunAsync(options, cancellation);
            if (code == ExitCodes.Success && kept is null)
                folder.Delete(recursive: true);
            return code;
        });
        return command;
    }

    private static async Task<int> RunAsync(DevOptions options, CancellationToken cancellation)
    {
        using var cluster = new DevCluster(options, Console.Out);
        var code = ExitCodes.Success;
        try
        {
            await cluster.StartAsync(cancellation);
            // For scripts, which wait for it.
            await File.WriteAllTextAsync(Path.Combine(options.StateDirectory, Ready), options.Http + "\n", cancellation);
            await Console.Out.WriteLineAsync("The cluster is ready. Ctrl-C ends it.");
            var ended = await cluster.FirstToEndAsync(cancellation);
            await Console.Error.WriteLineAsync($"podctl: {ended.Obituary()}");
            code = ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C: how it is meant to end.
        }
        catch (PodctlException e)
        {
            await Console.Error.WriteLineAsync($"podctl: {e.Message}");
            code = ExitCodes.Failure;
        }
        await cluster.StopAsync();
        return code;
    }

    private static Option<int> Port(string name, string description, int standard) =>
        new(name) { Description = description, HelpName = "port", DefaultValueFactory = _ => standard };
}
