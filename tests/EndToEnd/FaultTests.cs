using Model.Status;
using Testing;

namespace EndToEnd;

/// <summary>Parts of the cluster are killed under running pods. Each test has a cluster of its own.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Reconciler_killed_and_started_again_touches_no_container()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await cluster.TellAsync(async () =>
        {
            var before = await RunAsync(cluster, "one", "two");
            await cluster.Reconciler!.KillAsync();
            await cluster.PutAsync("three", Pods.Web("three"));
            await cluster.StartReconcilerAsync();
            await cluster.RunningAsync("three");
            await AssertSameAsync(cluster, before);
            await cluster.DeleteAsync("one");
            await cluster.GoneAsync("one");
        });
    }

    [Fact]
    public async Task Specs_deleted_while_the_reconciler_was_away_are_taken_down_by_the_next()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await cluster.TellAsync(async () =>
        {
            await RunAsync(cluster, "one", "two");
            await cluster.Reconciler!.KillAsync();
            await cluster.DeleteAsync("one");
            await cluster.StartReconcilerAsync();
            await cluster.GoneAsync("one");
            (await cluster.RunningAsync("two")).Attempt.Should().Be(1);
        });
    }

    [Fact]
    public async Task Executor_killed_its_containers_are_swept_and_the_pod_runs_again()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await cluster.TellAsync(async () =>
        {
            var before = (await RunAsync(cluster, "one"))["one"];
            var dead = before.ContainerStatuses[0].ContainerID!["docker://".Length..];
            var executors = cluster.ExecutorProcesses();
            executors.Should().NotBeEmpty();
            foreach (var executor in executors)
                Signals.Send(executor, Signals.Kill);
            var after = await cluster.StatusAsync("one", "runs again under a new uid", s => s.IsReady() && s.Uid != before.Uid);
            after.Attempt.Should().BeGreaterThan(before.Attempt);
            (await cluster.PageAsync(after)).Should().Contain("hello from busybox");
            await Eventually.TrueAsync("the dead executor's container is swept", async () => await cluster.Docker.InspectContainerAsync(dead) is null);
            (await cluster.ContainersAsync("one")).Should().ContainSingle();
        });
    }

    [Fact]
    public async Task Etcd_killed_and_started_again_touches_no_container_and_a_later_delete_works()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await cluster.TellAsync(async () =>
        {
            var before = await RunAsync(cluster, "one", "two");
            await cluster.EtcdServer.KillAsync();
            await Eventually.TrueAsync("readiness says that etcd is away", async () =>
                await cluster.ReadinessAsync() is { Ready: false, Text: var text } && text.Contains("[-] etcd", StringComparison.Ordinal));
            await cluster.EtcdServer.StartAgainAsync();
            await cluster.ReadyAsync();
            await AssertSameAsync(cluster, before);
            await cluster.DeleteAsync("one");
            await cluster.GoneAsync("one");
            await cluster.PutAsync("three", Pods.Web("three"));
            await cluster.RunningAsync("three");
        });
    }

    [Fact]
    public async Task No_Mesos_at_the_start_is_told_by_readiness_and_tried_again()
    {
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { StartMesos = false });
        await cluster.TellAsync(async () =>
        {
            await Eventually.TrueAsync("readiness says that Mesos is missing", async () =>
                await cluster.ReadinessAsync() is { Ready: false, Text: var text } && text.Contains("[-] mesos", StringComparison.Ordinal)
                    && text.Contains("[+] etcd", StringComparison.Ordinal));
            await cluster.PutAsync("early", Pods.Web("early"));
            await Eventually.TrueAsync("the pod is told what it waits for", async () =>
                await cluster.StatusAsync("early") is { Reason: "Unschedulable", Message: { } why } && why.Contains("Mesos", StringComparison.Ordinal));
            (await File.ReadAllTextAsync(cluster.Reconciler!.Log)).Should().NotContain("   at ", "a missing Mesos is no stack trace");
            await cluster.StartMesosAsync();
            await cluster.RunningAsync("early");
            (await cluster.ReadinessAsync()).Ready.Should().BeTrue();
        });
    }

    [Fact]
    public async Task SIGTERM_ends_the_reconciler_cleanly_and_the_pods_run_on()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await cluster.TellAsync(async () =>
        {
            var before = await RunAsync(cluster, "one");
            (await cluster.Reconciler!.TerminateAsync()).Should().Be(0);
            await AssertSameAsync(cluster, before);
            // The lease is given back, not waited for: the next one leads at once and finds everything as it was.
            await cluster.StartReconcilerAsync();
            await cluster.ReadyAsync();
            await AssertSameAsync(cluster, before);
        });
    }

    [Fact]
    public async Task SIGTERM_of_Mesos_leaves_no_executor_and_no_container()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await cluster.TellAsync(async () =>
        {
            await RunAsync(cluster, "one", "two");
            await cluster.Reconciler!.TerminateAsync();
            (await cluster.Mesos!.TerminateAsync()).Should().Be(0);
            cluster.ExecutorProcesses().Should().BeEmpty();
            (await cluster.ContainersAsync()).Where(c => c.State == "running").Should().BeEmpty();
        });
    }

    private static async Task<IReadOnlyDictionary<string, PodStatus>> RunAsync(LocalCluster cluster, params string[] pods)
    {
        foreach (var pod in pods)
            await cluster.PutAsync(pod, Pods.Web(pod));
        var running = new Dictionary<string, PodStatus>();
        foreach (var pod in pods)
            running[pod] = await cluster.RunningAsync(pod);
        return running;
    }

    private static async Task AssertSameAsync(LocalCluster cluster, IReadOnlyDictionary<string, PodStatus> before)
    {
        foreach (var (pod, status) in before)
        {
            var now = await cluster.RunningAsync(pod);
            (now.Uid, now.ContainerStatuses[0].ContainerID, now.ContainerStatuses[0].RestartCount)
                .Should().Be((status.Uid, status.ContainerStatuses[0].ContainerID, 0));
            (await cluster.Docker.InspectContainerAsync(status.ContainerStatuses[0].ContainerID!["docker://".Length..]))!.State.Running.Should().BeTrue();
            (await cluster.PageAsync(now)).Should().Contain("hello from busybox");
        }
    }
}
