using Mesos;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>Where an executor runs, and all that its environment holds.</summary>
internal static class Sandboxes
{
    private const string Paths = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static string PathOf(MesosCoreOptions options, Executor executor) =>
        $"{options.WorkDirectory.TrimEnd('/')}/slaves/{executor.Agent.Id.Value}/frameworks/{executor.Framework.Id}"
        + $"/executors/{executor.Id}/runs/{executor.ContainerId.Value}";

    /// <summary>The command's own variables win over those of the agent, as with Mesos.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(MesosCoreOptions options, Executor executor, string sandbox)
    {
        var agent = executor.Agent.Options;
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["LIBPROCESS_IP"] = agent.Ip,
            ["LIBPROCESS_PORT"] = "0",
            ["MESOS_AGENT_ENDPOINT"] = $"{agent.Ip}:{agent.Port}",
            ["MESOS_CHECKPOINT"] = executor.Framework.Info.Checkpoint ? "1" : "0",
            ["MESOS_DIRECTORY"] = sandbox,
            ["MESOS_EXECUTOR_ID"] = executor.Id,
            ["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"] =
                MesosDuration.Format(Executors.GracePeriod(options, executor.Info)),
            ["MESOS_FRAMEWORK_ID"] = executor.Framework.Id,
            ["MESOS_HTTP_COMMAND_EXECUTOR"] = "0",
            ["MESOS_SANDBOX"] = sandbox,
            ["MESOS_SLAVE_ID"] = executor.Agent.Id.Value,
            ["MESOS_SLAVE_PID"] = $"{Agent.Path[1..]}@{agent.Ip}:{agent.Port}",
            ["PATH"] = Paths,
            ["PWD"] = sandbox,
        };
        if (executor.Framework.Info.Checkpoint)
        {
            environment["MESOS_RECOVERY_TIMEOUT"] = MesosDuration.Format(options.RecoveryTimeout);
            environment["MESOS_SUBSCRIPTION_BACKOFF_MAX"] = "10secs";
        }
        foreach (var variable in executor.Info.Command?.Environment?.Variables ?? [])
        {
            if (variable.Type != Mesos.V1.Environment.Types.Variable.Types.Type.Secret)
                environment[variable.Name] = variable.Value;
        }
        return environment;
    }
}
