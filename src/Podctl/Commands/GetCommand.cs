using System.CommandLine;
using System.Text.Json.Nodes;
using Etcd;
using Model;
using Model.Keys;
using Model.Reading;
using Podctl.Cli;
using Podctl.Output;
using Podctl.Pods;

namespace Podctl.Commands;

/// <summary>`get pods [NAME]` and `get nodes`.</summary>
internal static class GetCommand
{
    public static Command Create() => new("get", "Shows pods or nodes.") { Pods(), Nodes() };

    private static Command Pods()
    {
        var name = NameArgument.Optional("one pod; all of the namespace where none is given");
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "the pods of every namespace" };
        var output = OutputOption.Create(OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name);
        var command = new Command("pods", "Shows pods: what was asked and what is.") { name, all, output };
        command.Aliases.Add("pod");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = await Connection.OpenAsync(parsed, cancellation);
            var store = new PodStore(connection.Etcd, connection.Keys);
            var ns = GlobalOptions.NamespaceOf(parsed);
            var format = parsed.GetValue(output);
            if (parsed.GetValue(name) is { } one)
            {
                var found = await store.FindAsync(new PodKey(ns, one), cancellation)
                    ?? throw new PodctlException($"pod {ns}/{one} not found");
                if (format is OutputFormat.Json or OutputFormat.Yaml)
                    Documents.Write(Console.Out, PodDocument.Of(found), format);
                else
                    Write([found], format, withNamespace: false);
                return ExitCodes.Success;
            }
            var everywhere = parsed.GetValue(all);
            var pods = await store.ListAsync(everywhere ? null : ns, cancellation);
            if (pods.Count == 0 && format is OutputFormat.Table or OutputFormat.Wide)
                await Console.Error.WriteLineAsync(everywhere ? "No pods." : $"No pods in namespace {ns}.");
            else
                Write(pods, format, everywhere);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Write(IReadOnlyList<PodRecord> pods, OutputFormat format, bool withNamespace)
    {
        switch (format)
        {
            case OutputFormat.Json or OutputFormat.Yaml:
                Documents.Write(Console.Out, PodDocument.List(pods.Select(PodDocument.Of)), format);
                break;
            case OutputFormat.Name:
                foreach (var pod in pods)
                    Console.Out.WriteLine(Shown.Line(withNamespace ? $"pod/{pod.Key}" : $"pod/{pod.Key.Name}"));
                break;
            default:
                PodTable.Write(Console.Out, pods, withNamespace, wide: format == OutputFormat.Wide);
                break;
        }
    }

    private static Command Nodes()
    {
        var output = OutputOption.Create(OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name);
        var command = new Command("nodes", "Shows the machines on which a node agent runs.") { output };
        command.Aliases.Add("node");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = await Connection.OpenAsync(parsed, cancellation);
            var found = await connection.Etcd.ListAsync(connection.Keys.Nodes, cancellation: cancellation);
            WriteNodes(found.KeyValues, parsed.GetValue(output));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void WriteNodes(IReadOnlyList<KeyValue> pairs, OutputFormat format)
    {
        var nodes = pairs.Select(p => ModelJson.ReadNodeInfo(p.Value.Span)).OfType<Model.Assignments.NodeInfo>().ToList();
        switch (format)
        {
            case OutputFormat.Json or OutputFormat.Yaml:
                Documents.Write(Console.Out, PodDocument.List(nodes.Select(n => JsonNode.Parse(ModelJson.Write(n))!.AsObject())), format);
                break;
            case OutputFormat.Name:
                foreach (var node in nodes)
                    Console.Out.WriteLine(Shown.Line($"node/{node.AgentId}"));
                break;
            default:
                NodeTable.Write(Console.Out, nodes);
                break;
        }
    }
}
