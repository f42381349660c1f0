using System.CommandLine;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Podctl.Cli;
using Podctl.Output;
using Podctl.Pods;

namespace Podctl.Commands;

/// <summary>`describe pod NAME`: everything that etcd holds of a pod, for a person.</summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        var name = NameArgument.One("the pod");
        var pod = new Command("pod", "Tells everything of one pod.") { name };
        pod.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = await Connection.OpenAsync(parsed, cancellation);
            var key = new PodKey(GlobalOptions.NamespaceOf(parsed), parsed.GetValue(name)!);
            var found = await new PodStore(connection.Etcd, connection.Keys).FindAsync(key, cancellation)
                ?? throw new PodctlException($"pod {key} not found");
            var under = connection.Keys.AssignmentsOf(key);
            var assignments = (await connection.Etcd.ListAsync(under, cancellation: cancellation)).KeyValues
                .Select(pair => ModelJson.ReadAssignment(pair.Value.Span)).OfType<Assignment>().ToList();
            PodDescription.Write(Console.Out, found, assignments);
            return ExitCodes.Success;
        });
        return new Command("describe", "Tells everything of one object.") { pod };
    }
}
