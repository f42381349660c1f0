using Docker;
using Loops;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Model.Assignments;
using Model.Status;
using NodeAgent.Agent;
using Testing;

namespace NodeAgent.Tests.Harness;

/// <summary>A whole node agent on a loop of its own, between a Mesos agent and an etcd in memory and a Docker of the test's choice.</summary>
public sealed class AgentUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly IDockerEngine _docker;

    private AgentUnderTest(IDockerEngine docker, string id)
    {
        _docker = docker;
        Id = id;
        Locks = new FakeRunLocks($"host-{id}");
    }

    /// <summary>In every name and label of this test.</summary>
    public string Id { get; }
    public FakeMesosAgent Mesos { get; } = new();
    public FakeEtcd Etcd { get; } = new();
    public FakeRunLocks Locks { get; }
    public string Framework => $"test-{Id}";
    public string Run => $"run-{Id}";
    public Task<int> Exit { get; private set; } = Task.FromResult(0);

    public static AgentUnderTest Start(IDockerEngine docker, Action<AgentUnderTest>? prepare = null, TimeSpan? orphanGrace = null, TimeSpan? nodeTtl = null)
    {
        var agent = new AgentUnderTest(docker, Guid.NewGuid().ToString("N")[..8]);
        prepare?.Invoke(agent);
        var edges = new NodeAgentEdges
        {
            Mesos = agent.Mesos, Docker = docker, Etcd = agent.Etcd, Locks = agent.Locks, Time = TimeProvider.System,
            Random = new Random(1), Logs = NullLoggerFactory.Instance,
        };
        var options = new NodeAgentOptions
        {
            FrameworkId = agent.Framework, ExecutorId = "executor-1", Run = agent.Run, OrphanGracePeriod = orphanGrace ?? TimeSpan.Zero,
            NodeTtl = nodeTtl ?? TimeSpan.FromSeconds(30),
        };
        agent.Exit = EventLoop.RunOnThread("agent", () => new NodeAgentLoop(edges, options).RunAsync(agent._ending.Token));
        return agent;
    }

    /// <summary>Assigns and launches.</summary>
    public PodTask Launch(PodTask pod)
    {
        var assigned = Etcd.Assign(pod);
        Mesos.Launch(assigned.TaskId(), new TaskData { Kind = TaskKind.Pod, Pod = assigned });
        return assigned;
    }

    public Task<PodStatus> StatusAsync(PodTask pod, string what, Func<PodStatus, bool> condition) =>
        Eventually.GetAsync($"status of {pod.Name}: {what}; it is {Etcd.Status(pod.StatusKey())}", () =>
            Task.FromResult(Etcd.Status(pod.StatusKey()) is { } status && condition(status) ? status : null));

    public Task<PodStatus> RunningAsync(PodTask pod) => StatusAsync(pod, "Running", s => s.Phase == PodPhase.Running);

    public Task UpdateAsync(PodTask pod, Mesos.V1.TaskState state) => Eventually.TrueAsync(
        $"{state} of {pod.Name}", () => Mesos.StatesOf(pod.TaskId()).Contains(state), TimeSpan.FromSeconds(60));

    public Task<IReadOnlyList<ContainerSummary>> ContainersAsync() =>
        _docker.ListContainersAsync([$"{ContainerLabels.FrameworkId}={Framework}"]);

    public Task<ContainerDetails?> InspectAsync(string idOfStatus) =>
        _docker.InspectContainerAsync(idOfStatus.Replace("docker://", "", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Exit.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var container in await ContainersAsync())
            await _docker.RemoveContainerAsync(container.Id, force: true);
        _ending.Dispose();
    }
}
