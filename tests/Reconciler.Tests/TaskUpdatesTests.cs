using Etcd;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using Testing;
using static Reconciler.Tests.ControllerRig;

namespace Reconciler.Tests;

public sealed class TaskUpdatesTests(EtcdFixture fixture) : EtcdTest(fixture)
{
    private static readonly PodKey Web = new("default", "web");
    private static readonly PodStatus Running = new() { Phase = PodPhase.Running, PodIP = "172.17.0.2" };

    private ControllerRig _rig = null!;

    public override async Task InitializeAsync() => _rig = await StartAsync(Etcd, Keys);

    public override async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task An_update_is_in_etcd_before_it_is_acknowledged()
    {
        var live = await LaunchedAsync();
        Assignment? atAcknowledge = null;
        _rig.Mesos.Before = async call => atAcknowledge ??= call.Type == Call.Types.Type.Acknowledge ? await ReadLiveAsync(live) : null;
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning, Running));
        _rig.Acknowledged.Should().Equal(live.TaskId);
        atAcknowledge!.Report!.State.Should().Be("TASK_RUNNING");
        atAcknowledge.Status!.PodIP.Should().Be("172.17.0.2");
        (await ReadAsync(Keys.PodStatus(Web))).Should().NotContain("172.17.0.2", "while the agent owns the status, it alone writes it");
    }

    [Fact]
    public async Task What_the_master_itself_says_is_not_acknowledged()
    {
        var live = await LaunchedAsync();
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning, withUuid: false));
        _rig.Acknowledged.Should().BeEmpty();
        (await ReadLiveAsync(live))!.Report!.State.Should().Be("TASK_RUNNING");
    }

    [Fact]
    public async Task An_update_that_comes_twice_is_written_once_and_acknowledged_twice()
    {
        var live = await LaunchedAsync();
        var update = Status(live.TaskId, TaskState.TaskRunning, Running);
        await _rig.HearAsync(update);
        var written = Etcd.Txns.Count;
        await _rig.HearAsync(update.Clone());
        Etcd.Txns.Count.Should().Be(written);
        _rig.Acknowledged.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_end_frees_the_assignment_and_tells_status_and_owner_in_one_transaction()
    {
        var live = await LaunchedAsync(Pods.Once);
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning, Running));
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskFailed, Running with { Phase = PodPhase.Failed, Message = "exit 3" }));
        var end = Etcd.Txns.Last();
        end.Then.Select(op => (op.Kind, op.Key)).Should().BeEquivalentTo([
            (OpKind.Delete, Keys.Assignment(Web, live.Uid)), (OpKind.Put, Keys.PodStatus(Web)), (OpKind.Put, Keys.Owner(Web))]);
        (await ReadAsync(Keys.Assignment(Web, live.Uid))).Should().BeNull();
        var status = ModelJson.ReadPodStatus((await Real.GetAsync(Keys.PodStatus(Web)))!.Value.Span)!;
        (status.Phase, status.Message, status.Uid).Should().Be((PodPhase.Failed, "exit 3", live.Uid));
        (await ReadAsync(Keys.Owner(Web))).Should().Be($"{live.Uid}/leader");
        _rig.Acknowledged.Should().HaveCount(2);
    }

    [Fact]
    public async Task Of_a_pod_that_was_deleted_meanwhile_an_end_leaves_nothing()
    {
        var live = await LaunchedAsync();
        await Real.DeleteAsync(Keys.PodSpec(Web));
        await _rig.DecideAsync();
        (await ReadLiveAsync(live))!.Stop!.Reason.Should().Be("SpecDeleted");
        _rig.Kills.TakeDue().Single().TaskId.Should().Be(live.TaskId);
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskKilled));
        (await KeysUnderAsync(Keys.Prefix)).Where(k => k.Contains("/web", StringComparison.Ordinal)).Should().BeEmpty();
        _rig.Kills.NextDue.Should().BeNull();
    }

    [Fact]
    public async Task Away_the_status_is_the_leaders_and_back_it_is_the_agents()
    {
        var live = await LaunchedAsync();
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning, Running));
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskUnreachable, withUuid: false));
        (await ReadAsync(Keys.Owner(Web))).Should().Be($"{live.Uid}/leader");
        (await ReadAsync(Keys.PodStatus(Web))).Should().Contain("\"phase\":\"Unknown\"");
        var written = Etcd.Txns.Count;
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskUnreachable, withUuid: false));
        Etcd.Txns.Count.Should().Be(written, "that is no news");
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning, withUuid: false));
        (await ReadAsync(Keys.Owner(Web))).Should().Be($"{live.Uid}/agent");
        var status = ModelJson.ReadPodStatus((await Real.GetAsync(Keys.PodStatus(Web)))!.Value.Span)!;
        (status.Phase, status.PodIP, status.Uid).Should().Be((PodPhase.Running, "172.17.0.2", live.Uid), "it is as it was last told");
        (await ReadLiveAsync(live)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_task_that_mesos_does_not_know_is_believed_gone_only_after_a_while()
    {
        var live = await LaunchedAsync();
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning));
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskUnknown, withUuid: false));
        _rig.Clock.Advance(TimeSpan.FromMinutes(9));
        _rig.Owed.TakeDue().Should().ContainSingle(t => t.TaskId == live.TaskId, "it is asked after meanwhile");
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskUnknown, withUuid: false));
        (await ReadLiveAsync(live)).Should().NotBeNull();
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning, withUuid: false));
        _rig.Clock.Advance(TimeSpan.FromMinutes(9));
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskUnknown, withUuid: false));
        (await ReadLiveAsync(live)).Should().NotBeNull("the grace is counted anew once it was seen");
        _rig.Clock.Advance(TimeSpan.FromMinutes(10));
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskUnknown, withUuid: false));
        (await ReadLiveAsync(live)).Should().BeNull();
    }

    [Theory]
    [InlineData("default.web.ffffffffffff", true)]
    [InlineData("default.nobody.ffffffffffff", false)]
    [InlineData("NODE.agent-9.4", false)]
    [InlineData("somebody-elses", false)]
    public async Task A_task_without_an_intent_is_acknowledged_and_only_a_copy_too_many_is_killed(string taskId, bool killed)
    {
        await LaunchedAsync();
        await _rig.HearAsync(Status(taskId, TaskState.TaskRunning));
        _rig.Acknowledged.Should().Equal(taskId);
        _rig.Kills.TakeDue().Select(k => k.TaskId).Should().Equal(killed ? [taskId] : []);
        await _rig.HearAsync(Status(taskId, TaskState.TaskKilled));
        _rig.Kills.NextDue.Should().BeNull();
    }

    [Fact]
    public async Task Updates_of_one_task_keep_their_order_and_the_last_wins()
    {
        var live = await LaunchedAsync(Pods.Once);
        await _rig.HearAsync(
            Status(live.TaskId, TaskState.TaskStarting), Status(live.TaskId, TaskState.TaskRunning, Running),
            Status(live.TaskId, TaskState.TaskFinished, Running with { Phase = PodPhase.Succeeded }), Status(live.TaskId, TaskState.TaskRunning, Running));
        _rig.Acknowledged.Should().HaveCount(4);
        (await ReadLiveAsync(live)).Should().BeNull("an end is not undone by what comes late");
        (await ReadAsync(Keys.PodStatus(Web))).Should().Contain("\"phase\":\"Succeeded\"");
    }

    [Theory]
    [InlineData("Lost")]
    [InlineData("ReplyLost")]
    public async Task What_could_not_be_stored_is_not_acknowledged_and_is_stored_the_next_time(string fault)
    {
        var live = await LaunchedAsync();
        Etcd.Once("/assignments/", Enum.Parse<Fault>(fault));
        // The other one needs no write.
        await _rig.Awaiting(r => r.HearAsync(Status(live.TaskId, TaskState.TaskRunning, Running), Status("default.nobody.ffffffffffff", TaskState.TaskRunning)))
            .Should().ThrowAsync<EtcdUnavailableException>();
        _rig.Acknowledged.Should().Equal(["default.nobody.ffffffffffff"], "it waits for nobody");
        await _rig.HearAsync();
        _rig.Acknowledged.Should().NotContain(live.TaskId, "its keys have to be read first");
        await _rig.DecideAsync();
        await _rig.HearAsync();
        _rig.Acknowledged.Should().Contain(live.TaskId);
        (await ReadLiveAsync(live))!.Report!.State.Should().Be("TASK_RUNNING");
    }

    [Fact]
    public async Task An_update_against_what_somebody_changed_meanwhile_is_stored_after_reading_again()
    {
        var live = await LaunchedAsync();
        await PutAsync(Keys.Assignment(Web, live.Uid), System.Text.Encoding.UTF8.GetString(ModelJson.Write(live with { Stop = new("SpecDeleted", null, DateTimeOffset.UnixEpoch) })));
        await _rig.HearAsync(Status(live.TaskId, TaskState.TaskRunning));
        _rig.Acknowledged.Should().BeEmpty();
        await _rig.DecideAsync();
        await _rig.HearAsync();
        (await ReadLiveAsync(live)).Should().Match<Assignment>(a => a.Stop != null && a.Report!.State == "TASK_RUNNING", "nothing that the other wrote is lost");
        _rig.Acknowledged.Should().Equal(live.TaskId);
    }

    [Fact]
    public async Task What_the_watch_told_while_a_pod_was_doubtful_is_decided_once_it_is_read()
    {
        var live = await LaunchedAsync();
        var pod = _rig.State.Pods[Web];
        _rig.Pods.Doubt(pod);
        var revision = await PutAsync(Keys.PodSpec(Web), Pods.Httpd);
        _rig.State.Apply(Keys.PodSpec(Web), System.Text.Encoding.UTF8.GetBytes(Pods.Httpd), pod.Spec.Value!.CreateRevision, revision);
        _rig.Pods.Decide(_rig.State.TakeDirty()).Should().BeEmpty("nothing is decided in doubt");
        await _rig.Pods.ReadDoubtfulAsync(Etcd, default);
        await _rig.Store.CommitAsync(_rig.Pods.Decide(_rig.State.TakeDirty()), default);
        (await ReadLiveAsync(live))!.Stop!.Reason.Should().Be("SpecChanged");
    }

    [Fact]
    public async Task Doubt_that_comes_back_again_and_again_waits_longer()
    {
        await LaunchedAsync();
        var pod = _rig.State.Pods[Web];
        var read = 0;
        for (var i = 0; i < 20; i++)
        {
            _rig.Pods.Doubt(pod);
            await _rig.Pods.ReadDoubtfulAsync(Etcd, default);
            read += pod.Doubtful ? 0 : 1;
        }
        read.Should().Be(3);
        _rig.Clock.Advance(TimeSpan.FromSeconds(30));
        _rig.Pending.TakeDue().Should().Equal([Web], "it wakes the loop by itself");
        await _rig.Pods.ReadDoubtfulAsync(Etcd, default);
        pod.Doubtful.Should().BeFalse();
    }

    [Fact]
    public async Task An_executor_that_was_lost_is_written_off_though_no_update_comes()
    {
        var live = await LaunchedAsync();
        _rig.Nodes.ExecutorLost(OneMachine.AgentId, live.ExecutorId, "it ended");
        _rig.Nodes.Current(OneMachine.AgentId).Should().BeNull("nothing new goes there");
        await _rig.HearAsync();
        ModelJson.ReadNodeAssignment((await Real.GetAsync(Keys.NodeAssignment(OneMachine.AgentId)))!.Value.Span)!.Lost.Should().BeTrue();
        _rig.Clock.Advance(TimeSpan.FromSeconds(10));
        _rig.Owed.TakeDue().Select(t => t.TaskId).Should().Contain(live.TaskId, "its pods are asked after");
    }

    [Fact]
    public async Task An_executors_time_that_is_no_time_is_left_out()
    {
        var live = await LaunchedAsync();
        foreach (var odd in new[] { double.NaN, double.PositiveInfinity, -1, 1e300 })
        {
            var update = Status(live.TaskId, TaskState.TaskRunning);
            update.Timestamp = odd;
            await _rig.HearAsync(update);
        }
        (await ReadLiveAsync(live))!.Report!.At.Should().BeNull();
    }

    private async Task<Assignment> LaunchedAsync(string spec = Pods.Nginx)
    {
        await PutAsync(Keys.PodSpec(Web), spec);
        var live = await _rig.LaunchAsync(Web);
        _rig.Mesos.LaunchedPods.Should().Equal(live.TaskId);
        return live;
    }

    private async Task<Assignment?> ReadLiveAsync(Assignment of) =>
        await Real.GetAsync(Keys.Assignment(of.Pod, of.Uid)) is { } kv ? ModelJson.ReadAssignment(kv.Value.Span) : null;
}
