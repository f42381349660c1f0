using LocalMesos.Core;
using Mesos.V1;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Tests.Core;

public sealed class CoreTests
{
    private readonly Cluster cluster = new();

    private string[] Scheduler => [.. cluster.Lines.Where(l => l.StartsWith("sched", StringComparison.Ordinal))];
    private int OffersSeen => cluster.SchedulerEvents.Count(e => e.Offers is not null);

    [Fact]
    public void Subscription_begins_with_subscribed_heartbeat_and_offers()
    {
        cluster.Subscribe();

        cluster.SchedulerEvents.Select(e => e.Type.ToString()).Should().Equal("Subscribed", "Heartbeat", "Offers");
        cluster.FrameworkId.Should().Be($"{cluster.Core.MasterId}-0000");
        cluster.Offers.Keys.Should().Equal($"{cluster.Core.MasterId}-O0");
        cluster.Offers.Values.Single().Resources.Should().OnlyContain(r => r.AllocationInfo.Role == "reconciler");
        cluster.Pass(31);
        cluster.SchedulerEvents.Count(e => e.Type == Mesos.V1.Scheduler.Event.Types.Type.Heartbeat).Should().Be(3);
    }

    [Fact]
    public void Nothing_is_due_when_nothing_happens_but_heartbeats()
    {
        cluster.Core.NextTick.Should().BeNull();
        cluster.Subscribe();
        cluster.Core.NextTick.Should().Be(cluster.Now.AddSeconds(15));
    }

    [Fact]
    public void Freed_resources_break_through_a_filter_and_the_rest_waits_for_it()
    {
        cluster.Subscribe().Launch([cluster.Task("t1", "e")], refuseSeconds: 1000);
        cluster.Pass(3);
        OffersSeen.Should().Be(1);
        cluster.SubscribeExecutor("executor", "e");
        cluster.Update("e", "t1", TaskState.TaskFinished);
        cluster.Pass(1);
        OffersSeen.Should().Be(2);
    }

    [Fact]
    public void Declined_for_ten_seconds_is_offered_again_after_ten()
    {
        cluster.Subscribe();
        Decline(10);
        cluster.Pass(9.9);
        OffersSeen.Should().Be(1);
        cluster.Pass(1.1);
        OffersSeen.Should().Be(2);
    }

    [Fact]
    public void Revive_offers_at_once_and_suppress_stops_offers()
    {
        cluster.Subscribe();
        Decline(1000);
        cluster.Revive();
        OffersSeen.Should().Be(2);
        cluster.Call(new SchedulerCall { Type = SchedulerCallType.Suppress });
        Decline(0);
        cluster.Pass(5);
        OffersSeen.Should().Be(2);
        cluster.Revive();
        OffersSeen.Should().Be(3);
    }

    [Fact]
    public void Executor_resources_count_once_and_come_back_with_its_end()
    {
        cluster.Subscribe().Launch("e", "t1", "t2");
        cluster.Core.Account(0).Used.Cpus.Should().Be(0.3);
        cluster.Core.Account(0).Used.Mem.Should().Be(128);
        cluster.Exited("e", 9);
        cluster.Core.Account(0).Used.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Unacknowledged_update_comes_again_after_10_then_20_seconds_and_holds_back_the_next()
    {
        cluster.Subscribe().Launch("e", "t");
        cluster.SubscribeExecutor("executor", "e");
        cluster.Update("e", "t", TaskState.TaskRunning);
        cluster.Update("e", "t", TaskState.TaskFinished);
        cluster.Pass(9);
        Updates().Should().HaveCount(1);
        cluster.Pass(1);
        Updates().Should().HaveCount(2);
        cluster.Pass(19);
        Updates().Should().HaveCount(2);
        cluster.Pass(1);
        Updates().Should().HaveCount(3).And.OnlyContain(s => s.State == TaskState.TaskRunning && s.Uuid == Updates()[0].Uuid);
        cluster.Reconcile(("t", ""));
        Updates()[3].State.Should().Be(TaskState.TaskRunning, "the state last told is what reconciliation answers");
        cluster.Acknowledge("t");
        Updates()[4].State.Should().Be(TaskState.TaskFinished);
    }

    [Fact]
    public void Reconciliation_tells_gone_from_unknown_by_the_agent_id()
    {
        cluster.Subscribe().Launch("e", "running", "staging", "finished");
        cluster.SubscribeExecutor("executor", "e");
        cluster.Update("e", "running", TaskState.TaskRunning);
        cluster.Update("e", "finished", TaskState.TaskFinished);
        cluster.Acknowledge("finished");
        cluster.Lines.Clear();
        cluster.Reconcile(("running", ""), ("staging", "wrong-S9"), ("finished", ""), ("finished", null), ("never", "wrong-S9"));
        cluster.Lines.Should().Equal(
            "sched UPDATE running TASK_RUNNING SOURCE_MASTER REASON_RECONCILIATION - Reconciliation: Latest task state",
            "sched UPDATE staging TASK_STAGING SOURCE_MASTER REASON_RECONCILIATION - Reconciliation: Latest task state",
            "sched UPDATE finished TASK_GONE SOURCE_MASTER REASON_RECONCILIATION - Reconciliation: Task is unknown to the agent",
            "sched UPDATE finished TASK_UNKNOWN SOURCE_MASTER REASON_RECONCILIATION - Reconciliation: Task is unknown",
            "sched UPDATE never TASK_UNKNOWN SOURCE_MASTER REASON_RECONCILIATION - Reconciliation: Task is unknown");
        cluster.Lines.Clear();
        cluster.Reconcile();
        cluster.Lines.Should().HaveCount(2);
    }

    [Fact]
    public void Failover_ends_the_old_stream_voids_its_offers_and_brings_unacknowledged_updates()
    {
        cluster.Subscribe().Launch("e", "t");
        cluster.SubscribeExecutor("executor", "e");
        cluster.Update("e", "t", TaskState.TaskRunning);
        cluster.Revive();
        var (old, offer) = (cluster.Stream, cluster.Offers.Keys.Last());
        cluster.Lines.Clear();
        cluster.Subscribe(cluster.FrameworkId);

        cluster.Lines.Should().Equal("sched ERROR Framework failed over", $"{old.Value} closed", "sched SUBSCRIBED",
            "sched UPDATE t TASK_RUNNING SOURCE_EXECUTOR - uuid");
        cluster.Core.Call(old.Value, new SchedulerCall { Type = SchedulerCallType.Revive, FrameworkId = new() { Value = cluster.FrameworkId } }, cluster.Now)
            .Should().Be(CallAnswer.Bad($"The stream ID '{old.Value}' included in this request didn't match "
                + $"the stream ID currently associated with framework ID {cluster.FrameworkId}"));
        cluster.Launch("e", "t2");
        Scheduler[^1].Should().EndWith($"Task launched with invalid offers: Offer {offer} is no longer valid");
    }

    [Fact]
    public void Framework_that_stays_away_is_removed_with_its_executors()
    {
        cluster.Framework.FailoverTimeout = 3;
        cluster.Subscribe().Launch("e", "t");
        cluster.SubscribeExecutor("executor", "e");
        cluster.Do((core, now) => core.SchedulerGone(cluster.Stream, now));
        cluster.Pass(2.9);
        cluster.Lines.Should().NotContain("executor SHUTDOWN");
        cluster.Pass(0.2);
        cluster.Lines.Should().Contain("executor SHUTDOWN");
        cluster.Kills.Should().BeEmpty();
        cluster.Pass(5);
        cluster.Kills.Should().HaveCount(1, "the grace period is over");
        cluster.Core.Account(0).Used.IsEmpty.Should().BeTrue();
        cluster.Subscribe(cluster.FrameworkId);
        cluster.Lines.Should().Contain("sched ERROR Framework has been removed");
    }

    [Fact]
    public void Agent_that_restarts_loses_nothing()
    {
        cluster.Subscribe().Launch("e", "t");
        cluster.SubscribeExecutor("executor1", "e");
        cluster.Revive();
        cluster.Do((core, now) => core.AgentDown(0, now));
        cluster.Lines.Should().Contain("executor1 closed abruptly").And.Contain("sched RESCIND");
        cluster.Update("e", "t", TaskState.TaskRunning).Should().Be(CallAnswer.NoConnection);
        cluster.Do((core, now) => core.AgentUp(0, now));
        cluster.SubscribeExecutor("executor2", "e", new() { UnacknowledgedTasks = { cluster.Task("t", "e") } });
        cluster.Update("e", "t", TaskState.TaskRunning).Should().Be(CallAnswer.Unavailable("Agent has not finished recovery"));
        cluster.Pass(2);
        cluster.Update("e", "t", TaskState.TaskRunning).Should().Be(CallAnswer.Accepted);
        Scheduler[^1].Should().Be("sched UPDATE t TASK_RUNNING SOURCE_EXECUTOR - uuid");
        cluster.Pass(1);
        cluster.Offers.Should().HaveCount(1);
    }

    [Fact]
    public void Executor_that_misses_its_agents_return_is_gone()
    {
        cluster.Subscribe().Launch("e", "t");
        cluster.SubscribeExecutor("executor1", "e");
        cluster.Do((core, now) => core.AgentDown(0, now));
        cluster.Do((core, now) => core.AgentUp(0, now));
        cluster.Pass(2);
        cluster.Kills.Should().HaveCount(1);
        cluster.Exited("e", 9);
        Scheduler[^2..].Should().Equal("sched FAILURE e 9",
            "sched UPDATE t TASK_GONE SOURCE_AGENT REASON_EXECUTOR_REREGISTRATION_TIMEOUT uuid Executor did not reregister within 2secs");
    }

    [Fact]
    public void Agent_that_stays_away_is_unreachable_and_comes_back()
    {
        cluster.Subscribe().Launch("e", "t");
        cluster.SubscribeExecutor("executor1", "e");
        cluster.Do((core, now) => core.AgentDown(0, now));
        cluster.Pass(75);
        Scheduler[^2..].Should().Equal(
            "sched UPDATE t TASK_UNREACHABLE SOURCE_MASTER REASON_AGENT_REMOVED - health check timed out", "sched FAILURE");
        cluster.Reconcile(("t", ""), ("t", null), ("never", ""));
        Scheduler[^3..].Select(l => l.Split(' ')[3]).Should().Equal("TASK_UNREACHABLE", "TASK_UNKNOWN", "TASK_UNREACHABLE");
        cluster.Do((core, now) => core.AgentUp(0, now));
        cluster.SubscribeExecutor("executor2", "e", new() { UnacknowledgedTasks = { cluster.Task("t", "e") } });
        cluster.Pass(2);
        Scheduler.Should().Contain("sched UPDATE t TASK_STAGING SOURCE_MASTER REASON_AGENT_REREGISTERED - Unreachable agent re-reregistered");
    }

    [Fact]
    public void Executor_gets_all_that_it_needs_in_its_environment()
    {
        cluster.Subscribe().Launch("e", "t");
        var start = cluster.Starts.Single();
        var read = Mesos.Executor.ExecutorEnvironment.Parse(start.Environment);
        read.Endpoint.Should().Be(new Uri("http://127.0.0.1:5051/api/v1/executor"));
        read.ExecutorId.Should().Be("e");
        read.Checkpoint.Should().BeTrue();
        read.ContainerId.Should().Be(start.ContainerId.Value);
        start.Environment.Keys.Should().NotContain(["HOME", "LANG"]);
    }

    private IReadOnlyList<TaskStatus> Updates() =>
        [.. cluster.SchedulerEvents.Where(e => e.Update is not null).Select(e => e.Update.Status)];

    private void Decline(double seconds)
    {
        var offers = cluster.Offers.Values.Select(o => o.Id).ToList();
        cluster.Offers.Clear();
        cluster.Call(new SchedulerCall
        {
            Type = SchedulerCallType.Decline,
            Decline = new() { OfferIds = { offers }, Filters = new() { RefuseSeconds = seconds } },
        }).StatusCode.Should().Be(202);
    }
}
