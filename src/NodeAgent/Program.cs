using System.Reflection;
using System.Runtime.InteropServices;
using Docker;
using Etcd;
using Loops;
using Mesos;
using Mesos.Executor;
using Microsoft.Extensions.Logging;
using NodeAgent.Agent;
using NodeAgent.Hosting;
using NodeAgent.Orphans;

const int ExitUsage = 2;

AgentConfiguration configuration;
ExecutorEnvironment environment;
FlockRunLocks locks;
var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
try
{
    configuration = AgentConfiguration.Read(args);
    environment = ExecutorEnvironment.FromProcess();
    locks = new FlockRunLocks(configuration.StateDirectory);
    locks.Hold(environment.ContainerId);
}
catch (Exception e) when (e is FormatException or MesosException or ArgumentException or InvalidDataException)
{
    await Console.Error.WriteLineAsync($"node-agent: {e.Message}");
    return ExitUsage;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"node-agent: the state directory cannot be used: {e.Message}");
    return ExitUsage;
}

using var logs = LoggerFactory.Create(builder => builder.AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    console.UseUtcTimestamp = true;
}));

return EventLoop.Run(async () =>
{
    await using var mesos = new HttpMesosExecutor(HttpMesosExecutorOptions.From(environment));
    await using var docker = new DockerEngine(new DockerEngineOptions { Address = configuration.Docker });
    await using var etcd = configuration.Etcd is { } address ? new EtcdClient(new EtcdClientOptions { Endpoint = address }) : null;
    using var held = locks;
    var agent = new NodeAgentLoop(
        new NodeAgentEdges
        {
            Mesos = mesos, Docker = docker, Etcd = etcd, Locks = locks, Time = TimeProvider.System, Random = new Random(), Logs = logs,
        },
        configuration.ToOptions(environment, version));

    // A signal comes on a thread of its own; the loop hears of it in its turn. A second one ends the process as usual.
    var loop = SynchronizationContext.Current!;
    var asked = 0;
    void OnSignal(PosixSignalContext signal)
    {
        if (Interlocked.Increment(ref asked) > 1)
            return;
        signal.Cancel = true;
        loop.Post(_ => agent.Shutdown($"{signal.Signal}"), null);
    }
    using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    return await agent.RunAsync(CancellationToken.None);
});
