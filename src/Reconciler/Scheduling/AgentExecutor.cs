using System.Globalization;
using Mesos.Resources;
using Mesos.V1;
using Model.Assignments;
using Reconciler.Control;

namespace Reconciler.Scheduling;

/// <summary>
/// The ExecutorInfo of the node agent: the same for all pods of a cluster, for Mesos compares it byte by byte. Its id is a hash of
/// what it says plus a generation; an id is never used again after a death.
/// </summary>
public sealed class AgentExecutor
{
    private readonly ExecutorInfo _template;
    private readonly string _hash;

    public AgentExecutor(AgentSource source, string prefix, string role)
    {
        Resources = (ResourceBag.Scalar("cpus", source.Cpus) + ResourceBag.Scalar("mem", source.MemoryMegabytes)).AllocatedTo(role);
        _template = new ExecutorInfo
        {
            Type = ExecutorInfo.Types.Type.Custom,
            ExecutorId = new ExecutorID { Value = "" },
            Name = "reconciler node agent",
            Command = Command(source, prefix),
            ShutdownGracePeriod = new DurationInfo { Nanoseconds = (long)source.ShutdownGracePeriod.TotalNanoseconds },
        };
        _template.Resources.AddRange(Resources.ToProto());
        _hash = TaskIds.Hash(Google.Protobuf.MessageExtensions.ToByteArray(_template));
    }

    /// <summary>What the executor itself costs, once for each machine.</summary>
    public ResourceBag Resources { get; }

    public string IdOf(int generation) => string.Create(CultureInfo.InvariantCulture, $"node-agent-{_hash}-{generation}");

    public ExecutorInfo Info(string executorId, string frameworkId)
    {
        var info = _template.Clone();
        info.ExecutorId.Value = executorId;
        info.FrameworkId = new FrameworkID { Value = frameworkId };
        return info;
    }

    private static CommandInfo Command(AgentSource source, string prefix)
    {
        var command = new CommandInfo { Shell = true, Environment = new() };
        if (source.Uri is { } uri)
        {
            // The fetcher brings the file; only what has the very hash is run.
            command.Uris.Add(new CommandInfo.Types.URI { Value = uri, Executable = true, Extract = false, Cache = true, OutputFile = "node-agent" });
            command.Value = $"echo '{source.Sha256}  node-agent' | sha256sum --check --status && exec ./node-agent";
        }
        else
        {
            // No shell: a path is a path, whatever is in it.
            command.Shell = false;
            command.Value = source.Path;
            command.Arguments.Add(source.Path);
        }
        Set("RECONCILER_PREFIX", prefix);
        Set("RECONCILER_STATE_DIR", source.StateDirectory);
        if (source.EtcdEndpoint is { } etcd)
            Set("RECONCILER_ETCD", etcd);
        // Half of the executor's memory for the managed heap; the runtime reads hexadecimal.
        Set("DOTNET_GCHeapHardLimit", (source.MemoryMegabytes * 1024 * 1024 / 2).ToString("X", CultureInfo.InvariantCulture));
        return command;

        void Set(string name, string value) =>
            command.Environment.Variables.Add(new Mesos.V1.Environment.Types.Variable { Name = name, Type = Mesos.V1.Environment.Types.Variable.Types.Type.Value, Value = value });
    }
}
