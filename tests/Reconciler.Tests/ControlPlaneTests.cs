using System.Text;
using Etcd;
using Loops;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Microsoft.Extensions.Logging.Abstractions;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using Reconciler.Control;
using Testing;

namespace Reconciler.Tests;

/// <summary>The whole loop over a real etcd and one machine: what is put comes to be, whatever befalls a call in between.</summary>
public sealed class ControlPlaneTests(EtcdFixture fixture) : EtcdTest(fixture)
{
    private static readonly PodKey Web = new("default", "web");
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly OneMachine _mesos = new();
    private ControlPlane _plane = null!;
    private Task<bool>? _running;
    private Func<Task> _stop = static () => Task.CompletedTask;

    [Fact]
    public async Task A_pod_is_launched_acknowledged_after_it_was_stored_and_gone_when_it_is_deleted()
    {
        var stored = new List<bool>();
        _mesos.Before = async call =>
        {
            if (call.Type == Call.Types.Type.Acknowledge && TaskIds.PodOf(call.Acknowledge.TaskId.Value) is var (pod, uid))
                stored.Add((await AssignmentAsync(pod, uid)) is null or { Report.State: "TASK_RUNNING" });
        };
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        var live = await RunningAsync(Web);
        (await StatusAsync(Web))!.TaskId.Should().Be(live.TaskId);
        (await ReadAsync(Keys.Owner(Web))).Should().Be($"{live.Uid}/agent");
        await Real.DeleteAsync(Keys.PodSpec(Web));
        await Eventually.TrueAsync("nothing is left of it", async () =>
            (await KeysUnderAsync(Keys.Prefix)).All(k => k.StartsWith(Keys.NodeAssignments, StringComparison.Ordinal) || k.Contains("/control/", StringComparison.Ordinal)));
        _mesos.Running.Should().OnlyContain(id => TaskIds.IsNode(id));
        await Eventually.TrueAsync("both updates are acknowledged", () => stored.Count == 2);
        stored.Should().OnlyContain(s => s, "what is acknowledged is in etcd");
        await QuietAsync();
    }

    [Theory]
    [InlineData("/assignments/", "ReplyLost")]
    [InlineData("/assignments/", "Lost")]
    [InlineData("/nodeassignments/", "ReplyLost")]
    [InlineData("/nodeassignments/", "Lost")]
    [InlineData("/control/framework", "Lost")]
    [InlineData("/control/framework", "ReplyLost")]
    public async Task Where_a_write_has_no_answer_the_pod_runs_in_the_end_and_no_uid_is_launched_twice(string key, string fault)
    {
        Etcd.Once(key, Enum.Parse<Fault>(fault));
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        var live = await RunningAsync(Web);
        _mesos.LaunchedPods.Should().OnlyHaveUniqueItems();
        _mesos.Running.Where(id => !TaskIds.IsNode(id)).Should().Equal(live.TaskId);
        (await KeysUnderAsync(Keys.Assignments)).Should().ContainSingle();
        await Eventually.TrueAsync("the machine has its node task", () => _mesos.Running.Any(TaskIds.IsNode));
    }

    [Theory]
    [InlineData(Call.Types.Type.Accept)]
    [InlineData(Call.Types.Type.Decline)]
    [InlineData(Call.Types.Type.Revive)]
    [InlineData(Call.Types.Type.Kill)]
    [InlineData(Call.Types.Type.Acknowledge)]
    public async Task A_lost_call_delays_and_no_more(Call.Types.Type type)
    {
        var left = 1;
        _mesos.Lost = call => call.Type == type && left-- > 0;
        Start();
        await Eventually.TrueAsync("the machine has its node task", () => _mesos.Running.Any(TaskIds.IsNode));
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        await RunningAsync(Web);
        await Real.DeleteAsync(Keys.PodSpec(Web));
        await Eventually.TrueAsync("it is gone", async () => await ReadAsync(Keys.PodStatus(Web)) is null);
        await PutAsync(Keys.PodSpec(Web), Pods.Httpd);
        await RunningAsync(Web);
        _mesos.LaunchedPods.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_subscription_breaks_and_nothing_is_launched_again()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        var live = await RunningAsync(Web);
        _mesos.Disconnect();
        await Eventually.TrueAsync("it is back", () => _mesos.Subscriptions == 2);
        await Eventually.TrueAsync("it asks after the pod", () => _mesos.Calls.Any(c =>
            c.Type == Call.Types.Type.Reconcile && c.Reconcile.Tasks.Any(t => t.TaskId.Value == live.TaskId && t.AgentId.Value == OneMachine.AgentId)));
        await QuietAsync();
        _mesos.LaunchedPods.Should().Equal(live.TaskId);
        _mesos.Framework!.Id.Value.Should().Be("fw-1", "it comes back as the framework that it was");
        _mesos.Calls.Should().NotContain(c => c.Type == Call.Types.Type.Kill);
    }

    [Fact]
    public async Task A_new_leader_takes_over_without_touching_what_runs()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        var live = await RunningAsync(Web);
        await StopAsync();
        (await ReadAsync(Keys.Leader)).Should().BeNull("it hands over at once");
        Start();
        await Eventually.TrueAsync("the next one leads and is subscribed", () => _mesos.Subscriptions == 2 && Ok("mesos"));
        await QuietAsync();
        _mesos.LaunchedPods.Should().Equal(live.TaskId);
        _mesos.Calls.Should().NotContain(c => c.Type == Call.Types.Type.Kill);
    }

    [Fact]
    public async Task Bad_keys_stall_nobody_and_keep_nobody_busy()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        await RunningAsync(Web);
        // Under the name of a namespace, put and taken away; assignments in the way of a pod that is wanted, and of one that is not.
        await PutAsync(Keys.PodSpecs + "default", Pods.Nginx);
        await Eventually.TrueAsync("it is answered", async () => await ReadAsync(Keys.PodStatuses + "default") is not null);
        await Real.DeleteAsync(Keys.PodSpecs + "default");
        await PutAsync(Keys.Assignment(new("default", "blocked"), "0123456789ab"), "garbage");
        await PutAsync(Keys.PodSpec(new("default", "blocked")), Pods.Nginx);
        await PutAsync(Keys.Assignment(new("default", "unwanted"), "0123456789ab"), await ReadAsync((await KeysUnderAsync(Keys.AssignmentsOf(Web))).Single()) ?? "");
        await PutAsync(Keys.PodStatus(new("default", "unwanted")), """{"conditions":[null]}""");
        await PutAsync(Keys.NodeAssignment("agent-2"), "[]");
        await PutAsync(Keys.Framework, "nonsense");
        await PutAsync(Keys.PodSpec(new("default", "good")), Pods.Nginx);
        await RunningAsync(new("default", "good"));
        await Eventually.TrueAsync("the answer to the odd key is taken away with it", async () => await ReadAsync(Keys.PodStatuses + "default") is null);
        await QuietAsync();
        await Real.DeleteAsync(Keys.Assignment(new("default", "blocked"), "0123456789ab"));
        await RunningAsync(new("default", "blocked"), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_pod_that_nobody_can_take_says_so_and_once_deleted_nobody_asks_for_it()
    {
        Start();
        await Eventually.TrueAsync("the machine has its node task", () => _mesos.Running.Any(TaskIds.IsNode));
        await PutAsync(Keys.PodSpec(Web), Pods.Huge);
        await Eventually.TrueAsync("it says why", async () => (await StatusAsync(Web))?.Message?.Contains("asks 1000 cpus", StringComparison.Ordinal) == true);
        await Real.DeleteAsync(Keys.PodSpec(Web));
        await Eventually.TrueAsync("it is forgotten", async () => await ReadAsync(Keys.PodStatus(Web)) is null);
        await QuietAsync();
    }

    [Fact]
    public async Task Framework_id_lost_while_there_are_assignments_nothing_is_guessed()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        await RunningAsync(Web);
        await StopAsync();
        await Real.DeleteAsync(Keys.Framework);
        Start();
        await Eventually.TrueAsync("it says what to do", () => _plane.Health.Checks.Any(c => !c.Ok && c.Message.Contains(Keys.Framework, StringComparison.Ordinal)));
        _mesos.Subscriptions.Should().Be(1, "it did not subscribe as another framework");
        await PutAsync(Keys.Framework, """{"id":"fw-1","earlier":[]}""");
        await Eventually.TrueAsync("once it is put back, it goes on", () => _mesos.Subscriptions == 2 && Ok("mesos"));
    }

    [Fact]
    public async Task A_framework_that_mesos_removed_starts_anew_though_etcd_is_away_for_a_moment()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        var before = await RunningAsync(Web);
        await StopAsync();
        Etcd.Once("/assignments/", Fault.Lost);
        _mesos.RefuseWith = "Framework has been removed";
        Start();
        await Eventually.TrueAsync("all is written off", async () => (await ReadAsync(Keys.Framework))!.Contains("\"id\":\"\"", StringComparison.Ordinal));
        (await ReadAsync(Keys.Framework)).Should().Be("""{"id":"","earlier":["fw-1"]}""");
        _mesos.RefuseWith = null;
        var after = await RunningAsync(Web);
        after.Uid.Should().NotBe(before.Uid);
        (await ReadAsync(Keys.Framework)).Should().Be("""{"id":"fw-2","earlier":["fw-1"]}""", "and no empty id is among those before");
    }

    [Fact]
    public async Task Mesos_that_refuses_for_ever_is_not_asked_all_the_time()
    {
        _mesos.RefuseWith = "another framework has this id";
        Start();
        await Eventually.TrueAsync("it tries again", () => _mesos.Subscriptions >= 3);
        var clock = TimeProvider.System.GetTimestamp();
        var before = _mesos.Subscriptions;
        await Eventually.TrueAsync("four more times", () => _mesos.Subscriptions >= before + 4);
        TimeProvider.System.GetElapsedTime(clock).Should().BeGreaterThan(TimeSpan.FromSeconds(2), "each time it waits longer");
        _plane.Health.Checks.Should().ContainEquivalentOf(new HealthCheck("mesos", false, "Mesos: another framework has this id"));
    }

    [Fact]
    public async Task An_exit_is_kept_and_a_pod_that_ended_is_not_started_again()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Once);
        Start();
        var live = await RunningAsync(Web);
        _mesos.End(live.TaskId, TaskState.TaskFinished, ModelJson.Write(new PodStatus { Phase = PodPhase.Succeeded, Message = "told" }));
        await Eventually.TrueAsync("it is free", async () => (await KeysUnderAsync(Keys.Assignments)).Count == 0);
        var status = await StatusAsync(Web);
        (status!.Phase, status.Message, status.Uid).Should().Be((PodPhase.Succeeded, "told", live.Uid));
        (await ReadAsync(Keys.Owner(Web))).Should().Be($"{live.Uid}/leader");
        await QuietAsync();
        _mesos.LaunchedPods.Should().Equal(live.TaskId);
    }

    [Fact]
    public async Task When_an_executor_is_lost_its_id_is_not_used_again()
    {
        await PutAsync(Keys.PodSpec(Web), Pods.Nginx);
        Start();
        var live = await RunningAsync(Web);
        foreach (var task in _mesos.Running)
            _mesos.End(task, TaskState.TaskFailed);
        _mesos.Send(new Event
        {
            Type = Event.Types.Type.Failure,
            Failure = new() { AgentId = new AgentID { Value = OneMachine.AgentId }, ExecutorId = new ExecutorID { Value = live.ExecutorId }, Status = 9 },
        });
        await Eventually.TrueAsync("it runs again", () => _mesos.Running.Any(id => id != live.TaskId && !TaskIds.IsNode(id)));
        var next = await RunningAsync(Web);
        next.Uid.Should().NotBe(live.Uid);
        next.ExecutorId.Should().NotBe(live.ExecutorId);
        _mesos.Launched.Where(t => TaskIds.IsNode(t.TaskId.Value)).Select(t => t.TaskId.Value).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Etcd_away_for_longer_than_the_lease_ends_nothing_that_runs()
    {
        await using var etcd = await EtcdServer.StartAsync();
        await using var client = new EtcdClient(new EtcdClientOptions { Endpoint = etcd.Endpoint, CallDeadline = TimeSpan.FromSeconds(2) });
        await client.PutAsync(Keys.PodSpec(Web), Encoding.UTF8.GetBytes(Pods.Nginx));
        Start(client);
        await Eventually.TrueAsync("it runs", () => _mesos.LaunchedPods.Count == 1 && _mesos.Calls.Any(c => c.Type == Call.Types.Type.Acknowledge));
        etcd.Pause();
        await Eventually.TrueAsync("it steps down", () => !Ok("etcd"));
        etcd.Continue();
        await Eventually.TrueAsync("it leads again", () => Ok("etcd") && Ok("mesos") && _mesos.Subscriptions == 2);
        await QuietAsync();
        _mesos.LaunchedPods.Should().ContainSingle();
        _mesos.Calls.Should().NotContain(c => c.Type == Call.Types.Type.Kill);
        await StopAsync();
    }

    public override async Task DisposeAsync()
    {
        await StopAsync();
        await base.DisposeAsync();
    }

    private void Start(IEtcd? etcd = null)
    {
        var stop = new CancellationTokenSource();
        _plane = new ControlPlane(
            new ControlPlaneEdges
            {
                Etcd = etcd ?? Etcd,
                Mesos = _mesos,
                Time = TimeProvider.System,
                Random = new Random(1),
                Logs = NullLoggerFactory.Instance,
            },
            new ControlPlaneOptions { Prefix = Keys.Prefix, Identity = "test", Agent = new AgentSource { Path = "/bin/true" }, LeaderTtl = TimeSpan.FromSeconds(3) });
        _running = EventLoop.RunOnThread("control plane", async () =>
        {
            await _plane.RunAsync(stop.Token);
            return true;
        });
        _stop = async () =>
        {
            await stop.CancelAsync();
            await _running.WaitAsync(Eventually.DefaultDeadline);
            stop.Dispose();
        };
    }

    private async Task StopAsync()
    {
        var stop = _stop;
        _stop = static () => Task.CompletedTask;
        await stop();
    }

    private bool Ok(string check) => _plane.Health.Checks.Single(c => c.Name == check).Ok;

    private async Task<Assignment> RunningAsync(PodKey pod, TimeSpan? deadline = null) => await Eventually.GetAsync($"{pod} runs", async () =>
    {
        if (_running!.IsFaulted)
            await _running;
        return (await Real.ListAsync(Keys.AssignmentsOf(pod))).KeyValues
            .Select(kv => ModelJson.ReadAssignment(kv.Value.Span)).SingleOrDefault(a => a is { Report.State: "TASK_RUNNING", Stop: null });
    }, deadline);

    private async Task<Assignment?> AssignmentAsync(PodKey pod, string uid) =>
        await Real.GetAsync(Keys.Assignment(pod, uid)) is { } kv ? ModelJson.ReadAssignment(kv.Value.Span) : null;

    private async Task<PodStatus?> StatusAsync(PodKey pod) =>
        await Real.GetAsync(Keys.PodStatus(pod)) is { } kv ? ModelJson.ReadPodStatus(kv.Value.Span) : null;

    /// <summary>For a while neither etcd nor Mesos hears anything: the loop has come to rest.</summary>
    private async Task QuietAsync()
    {
        var (seen, since) = ((0, 0), TimeProvider.System.GetTimestamp());
        await Eventually.TrueAsync("it comes to rest", () =>
        {
            var now = (Etcd.Txns.Count, _mesos.Calls.Count);
            if (now != seen)
                (seen, since) = (now, TimeProvider.System.GetTimestamp());
            return TimeProvider.System.GetElapsedTime(since) >= Quiet;
        });
        _running!.IsCompleted.Should().BeFalse("it runs on");
    }
}
