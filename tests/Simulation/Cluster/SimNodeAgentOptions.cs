using LocalMesos.Core;
using Mesos.Executor;
using NodeAgent.Agent;

namespace Simulation.Cluster;

/// <summary>What the agent's program makes of its environment.</summary>
internal static class SimNodeAgentOptions
{
    public static NodeAgentOptions From(Effect.StartExecutor start)
    {
        var environment = ExecutorEnvironment.Parse(start.Environment);
        return new NodeAgentOptions
        {
            FrameworkId = environment.FrameworkId,
            ExecutorId = environment.ExecutorId,
            Run = environment.ContainerId,
            RecoveryTimeout = environment.RecoveryTimeout,
            ShutdownGracePeriod = environment.ShutdownGracePeriod,
            Version = "simulated",
        };
    }
}
