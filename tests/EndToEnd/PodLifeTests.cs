using Model.Status;
using Testing;

namespace EndToEnd;

/// <summary>What somebody who puts, changes and deletes specs sees.</summary>
[Collection(SharedCluster.Name)]
public sealed class PodLifeTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public Task Put_runs_with_addresses_its_page_answers_and_delete_takes_all_of_it_away() => _cluster.TellAsync(async () =>
    {
        var revision = await _cluster.PutAsync("hello", Pods.Web("hello"));
        var status = await _cluster.RunningAsync("hello");
        status.ObservedRevision.Should().Be(revision);
        status.HostIP.Should().Be("127.0.0.1");
        status.PodIP.Should().NotBeNullOrEmpty();
        status.Ports.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Container = "web", Name = "http", ContainerPort = 8080, Protocol = "TCP" });
        status.Ports[0].HostPort.Should().BeInRange(_cluster.OfferedPorts.First, _cluster.OfferedPorts.Last);
        (await _cluster.PageAsync(status)).Should().Contain("hello from busybox");
        var container = status.ContainerStatuses.Should().ContainSingle().Which;
        (await _cluster.ContainersAsync("hello")).Should().ContainSingle().Which.Id.Should().Be(container.ContainerID!["docker://".Length..]);

        await _cluster.DeleteAsync("hello");
        await _cluster.GoneAsync("hello");
    });

    [Fact]
    public Task A_changed_spec_is_a_new_incarnation() => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync("changing", Pods.Web("changing"));
        var first = await _cluster.RunningAsync("changing");
        var revision = await _cluster.PutAsync("changing", Pods.Web("changing", page: "/etc"));
        var second = await _cluster.StatusAsync("changing", "runs its new spec", s => s.IsReady() && s.ObservedRevision == revision && s.Uid != first.Uid);
        second.ContainerStatuses[0].ContainerID.Should().NotBe(first.ContainerStatuses[0].ContainerID);
        await Eventually.TrueAsync("only the new container is left", async () =>
            (await _cluster.ContainersAsync("changing")) is [{ } only] && second.ContainerStatuses[0].ContainerID == $"docker://{only.Id}");
        await _cluster.DeleteAsync("changing");
        await _cluster.GoneAsync("changing");
    });

    [Fact]
    public Task A_change_of_labels_alone_restarts_nothing() => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync("labelled", Pods.Web("labelled"));
        var first = await _cluster.RunningAsync("labelled");
        var revision = await _cluster.PutAsync("labelled", Pods.Web("labelled").Replace("app: labelled", "app: other", StringComparison.Ordinal));
        var second = await _cluster.StatusAsync("labelled", "answers the new revision", s => s.ObservedRevision == revision);
        second.Uid.Should().Be(first.Uid);
        second.ContainerStatuses[0].ContainerID.Should().Be(first.ContainerStatuses[0].ContainerID);
        await _cluster.DeleteAsync("labelled");
        await _cluster.GoneAsync("labelled");
    });

    [Fact]
    public Task Two_containers_of_a_pod_share_localhost() => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync("pair", """
            kind: Pod
            spec:
              terminationGracePeriodSeconds: 1
              restartPolicy: OnFailure
              containers:
              - name: web
                image: IMAGE
                command: [/bin/httpd, -f, -p, "8080", -h, /www]
                ports: [{containerPort: 8080}]
                resources: {requests: {cpu: 50m, memory: 16Mi}}
              - name: visitor
                image: IMAGE
                command: [/bin/sh, -c, "until wget -q -O - http://127.0.0.1:8080/; do usleep 50000; done"]
                resources: {requests: {cpu: 50m, memory: 16Mi}}
            """);
        var status = await _cluster.StatusAsync("pair", "the visitor has seen the page", s =>
            s.ContainerStatuses.FirstOrDefault(c => c.Name == "visitor")?.State.Terminated is { ExitCode: 0 });
        status.ContainerStatuses.Single(c => c.Name == "web").State.Running.Should().NotBeNull();
        (await _cluster.PageAsync(status)).Should().Contain("hello from busybox");
        await _cluster.DeleteAsync("pair");
        await _cluster.GoneAsync("pair");
    });

    [Theory]
    [InlineData("ok", "exit 0", PodPhase.Succeeded, 0, "Completed")]
    [InlineData("bad", "exit 3", PodPhase.Failed, 3, "Error")]
    public Task A_pod_that_runs_once_tells_its_exit_code(string name, string script, PodPhase phase, int code, string reason) => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync(name, Pods.Script(name, "Never", script));
        var status = await _cluster.StatusAsync(name, $"is {phase}", s => s.Phase is PodPhase.Succeeded or PodPhase.Failed);
        status.Phase.Should().Be(phase);
        var ended = status.ContainerStatuses.Should().ContainSingle().Which.State.Terminated;
        ended.Should().NotBeNull();
        (ended!.ExitCode, ended.Reason).Should().Be((code, reason));
        await _cluster.DeleteAsync(name);
        await _cluster.GoneAsync(name);
    });

    [Fact]
    public Task A_crash_loop_backs_off_and_counts() => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync("crashing", Pods.Script("crashing", "Always", "exit 7"));
        var status = await _cluster.StatusAsync("crashing", "is in CrashLoopBackOff", s =>
            s.ContainerStatuses is [{ RestartCount: >= 1, State.Waiting.Reason: "CrashLoopBackOff" }]);
        status.ContainerStatuses[0].LastState!.Terminated!.ExitCode.Should().Be(7);
        status.IsReady().Should().BeFalse();
        await _cluster.DeleteAsync("crashing");
        await _cluster.GoneAsync("crashing");
    });

    [Fact]
    public Task Twenty_at_once_all_run_and_all_go() => _cluster.TellAsync(async () =>
    {
        var names = Enumerable.Range(0, 20).Select(i => $"many-{i}").ToList();
        await Task.WhenAll(names.Select(name => _cluster.PutAsync(name, Pods.Web(name))));
        var all = await Task.WhenAll(names.Select(_cluster.RunningAsync));
        all.Select(s => s.Ports[0].HostPort).Should().OnlyHaveUniqueItems();
        all.Select(s => s.Uid).Should().OnlyHaveUniqueItems();
        await Task.WhenAll(names.Select(_cluster.DeleteAsync));
        await Task.WhenAll(names.Select(_cluster.GoneAsync));
    });
}
