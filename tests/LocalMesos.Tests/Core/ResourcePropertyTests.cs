using LocalMesos.Core;
using Mesos.V1;

namespace LocalMesos.Tests.Core;

/// <summary>Whatever is called in whatever order: used and offered together never exceed what an agent has.</summary>
public sealed class ResourcePropertyTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Used_and_offered_never_exceed_the_total(int seed)
    {
        var random = new Random(seed);
        var cluster = new Cluster(agents: 2, resources: "cpus:1;mem:512;ports:[31000-31009]").Subscribe();
        for (var step = 0; step < 200; step++)
        {
            Act(cluster, random, step);
            for (var agent = 0; agent < 2; agent++)
            {
                var account = cluster.Core.Account(agent);
                account.Total.Contains(account.Used + account.Offered).Should().BeTrue($"seed {seed}, step {step}: {account}");
                (account.Used.Cpus + account.Offered.Cpus).Should().BeLessThanOrEqualTo(account.Total.Cpus, $"seed {seed}, step {step}");
            }
        }
        // All of it comes back in the end.
        cluster.Do((core, now) => core.AgentUp(0, now));
        cluster.Do((core, now) => core.AgentUp(1, now));
        cluster.Pass(5);
        cluster.Call(new SchedulerCall { Type = Mesos.V1.Scheduler.Call.Types.Type.Teardown });
        cluster.Core.Account(0).Used.IsEmpty.Should().BeTrue($"seed {seed}");
        cluster.Core.Account(1).Offered.IsEmpty.Should().BeTrue($"seed {seed}");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 50)];

    private static void Act(Cluster cluster, Random random, int step)
    {
        var agent = random.Next(2);
        var executor = $"e{random.Next(3)}";
        switch (random.Next(9))
        {
            case 0 or 1:
                cluster.Launch(
                    [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => cluster.Task(
                        $"t{step}-{i}", executor, cpus: random.Next(1, 5) / 10d, mem: random.Next(10, 200), agent: agent))],
                    refuseSeconds: random.Next(3), agent: agent);
                break;
            case 2:
                cluster.Revive();
                break;
            case 3:
                cluster.Pass(random.NextDouble() * 20);
                break;
            case 4 when Last(cluster, executor) is { } start:
                cluster.Do((core, now) => core.ExecutorExited(start.ContainerId, 9, now));
                break;
            case 5 when TaskOf(cluster, random) is { } task:
                cluster.Kill(task.TaskId.Value, agentId: null);
                break;
            case 6 when TaskOf(cluster, random) is { } task:
                var at = task.AgentId.Equals(cluster.Core.AgentId(0)) ? 0 : 1;
                cluster.Update(task.Executor.ExecutorId.Value, Cluster.Status(task.TaskId.Value, TaskState.TaskFinished), at);
                break;
            case 7:
                cluster.Do((core, now) => core.AgentDown(agent, now));
                cluster.Pass(random.NextDouble() * 100);
                cluster.Do((core, now) => core.AgentUp(agent, now));
                break;
            case 8 when Last(cluster, executor) is { } start:
                var connection = new ConnectionId(1_000_000 + step);
                var call = cluster.ExecutorCall(executor, Mesos.V1.Executor.Call.Types.Type.Subscribe, c => c.Subscribe = new());
                cluster.SubscribeQuietly(start.Agent, connection, call);
                break;
        }
    }

    private static Effect.StartExecutor? Last(Cluster cluster, string executor) =>
        cluster.Starts.LastOrDefault(s => s.Executor.ExecutorId.Value == executor);

    private static TaskInfo? TaskOf(Cluster cluster, Random random)
    {
        var launched = cluster.ExecutorEvents.Where(e => e.Launch is not null).Select(e => e.Launch.Task).ToList();
        return launched.Count == 0 ? null : launched[random.Next(launched.Count)];
    }
}
