using System.Text.Json;
using System.Text.RegularExpressions;
using Mesos.Json;
using Mesos.V1;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Tests.Core;

/// <summary>The same calls as in the transcripts of a real Mesos give the same events in the same order.</summary>
public sealed partial class TranscriptTests
{
    private readonly Cluster cluster = new();

    [Fact]
    public void Kill_in_every_state()
    {
        cluster.Subscribe().Launch("node-agent", "t1", "t2", "t3");
        cluster.SubscribeExecutor("executor1", "node-agent");
        foreach (var task in (string[])["t1", "t2", "t3"])
            cluster.Update("node-agent", task, TaskState.TaskRunning);
        foreach (var task in (string[])["t1", "t2", "t3"])
            cluster.Acknowledge(task);
        cluster.Kill("t1");
        cluster.Kill("t1", graceNanoseconds: 2_000_000_000);
        cluster.Update("node-agent", "t1", TaskState.TaskKilling);
        cluster.Update("node-agent", "t1", TaskState.TaskKilled);
        cluster.Kill("t1");
        cluster.Acknowledge("t1");
        cluster.Acknowledge("t1");
        cluster.Kill("t1");
        cluster.Kill("t2", agentId: null);
        cluster.Update("node-agent", "t2", TaskState.TaskKilled);
        cluster.Acknowledge("t2");
        cluster.Kill("unknown1");
        cluster.Kill("unknown2", agentId: null);
        cluster.Kill("unknown3", agentId: "nope-S7");
        cluster.Kill("t3", agentId: "nope-S7");
        cluster.Exited("node-agent", 35072);
        cluster.Kill("t3");
        cluster.Acknowledge("t3");
        cluster.Kill("t3");
        cluster.Revive();
        cluster.Launch("slow", "s1", "s2");
        cluster.Kill("s1");
        cluster.Acknowledge("s1");
        cluster.SubscribeExecutor("executor2", "slow");
        cluster.Update("slow", "s2", TaskState.TaskRunning);
        cluster.Acknowledge("s2");
        cluster.Revive();
        cluster.Launch("slow2", "s3");
        cluster.Kill("s3");
        cluster.Acknowledge("s3");
        cluster.SubscribeExecutor("executor3", "slow2");
        cluster.Exited("slow2", 0);
        cluster.Shutdown("nobody");
        cluster.Shutdown("slow");
        cluster.Exited("slow", 0);

        ShouldBeAsIn("d-kill.txt", "sched", "executor1", "executor2");
        // Of a subscription that finds no task, the transcript lacks the first event.
        cluster.Lines.Where(l => l.StartsWith("executor3", StringComparison.Ordinal)).Should()
            .Equal("executor3 SUBSCRIBED", "executor3 SHUTDOWN", "executor3 closed");
    }

    [Fact]
    public void Worker_that_comes_back_to_its_living_executor()
    {
        cluster.Subscribe().Launch("node-agent", "A", "B", "C", "D");
        var first = cluster.SubscribeExecutor("executor1", "node-agent");
        cluster.Update("node-agent", "A", TaskState.TaskRunning);
        cluster.Acknowledge("A");
        var running = Cluster.Status("B", TaskState.TaskRunning);
        cluster.Update("node-agent", running);
        cluster.Update("node-agent", "C", TaskState.TaskStarting);
        cluster.Acknowledge("C");

        cluster.Do((core, now) => core.ExecutorConnectionGone(first, now));
        cluster.Pass(2);
        var second = cluster.SubscribeExecutor("executor2", "node-agent", new()
        {
            UnacknowledgedTasks = { cluster.Task("C", "node-agent"), cluster.Task("D", "node-agent") },
            UnacknowledgedUpdates = { new ExecutorCall.Types.Update { Status = running } },
        });
        cluster.Do((core, now) => core.ExecutorConnectionGone(second, now));
        var third = cluster.SubscribeExecutor("executor3", "node-agent");
        cluster.Acknowledge("D");
        cluster.Do((core, now) => core.ExecutorConnectionGone(third, now));

        cluster.Revive();
        cluster.Launch("node-agent", "E");
        cluster.Kill("A");
        cluster.Pass(9);
        cluster.SubscribeExecutor("executor4", "node-agent");
        cluster.Acknowledge("E");
        cluster.Kill("E");
        cluster.Update("node-agent", "E", TaskState.TaskKilled);
        cluster.Acknowledge("E");
        cluster.SubscribeExecutor("executor5", "node-agent", new()
        {
            UnacknowledgedTasks = { cluster.Task("ghost", "node-agent") },
            UnacknowledgedUpdates =
            {
                new ExecutorCall.Types.Update { Status = Cluster.Status("ghost2", TaskState.TaskFinished) },
                new ExecutorCall.Types.Update { Status = Cluster.Status("C", TaskState.TaskFinished) },
            },
        });
        cluster.Acknowledge("ghost2");
        cluster.Acknowledge("C");
        cluster.Update("node-agent", "A", TaskState.TaskRunning, "again");
        cluster.Acknowledge("A");
        var last = Cluster.Status("A", TaskState.TaskRunning, "third");
        cluster.Update("node-agent", last);
        cluster.Acknowledge("A");
        cluster.Pass(20);
        cluster.SubscribeExecutor("executor6", "node-agent", new()
        {
            UnacknowledgedUpdates = { new ExecutorCall.Types.Update { Status = last } },
        });
        cluster.Exited("node-agent", 9);

        ShouldBeAsIn("i-supervised-executor.txt", "executor1", "executor2", "executor3", "executor4", "executor5", "executor6");
        // Here B too fails with its executor, behind its unacknowledged RUNNING: no further event.
        ShouldBeAsIn("i-supervised-executor.txt", "sched");
    }

    [Theory]
    [InlineData("k9", 35072)]
    [InlineData("exit0", 0)]
    [InlineData("exit3", 768)]
    [InlineData("term", 36608)]
    public void Executor_that_ends(string executor, int status)
    {
        cluster.Subscribe().Launch(executor, $"{executor}-running", $"{executor}-staging", $"{executor}-finished");
        cluster.SubscribeExecutor("executor1", executor);
        cluster.Update(executor, $"{executor}-running", TaskState.TaskRunning);
        cluster.Update(executor, $"{executor}-finished", TaskState.TaskFinished);
        cluster.Acknowledge($"{executor}-running");
        cluster.Acknowledge($"{executor}-finished");
        cluster.Exited(executor, status);

        var real = EventLines.FromTranscript("h-executor-crash.txt", who => who == "sched")
            .Where(line => line.Split(' ') is [_, _, var whose, ..] && whose.Split('-')[0] == executor);
        cluster.Lines.Where(l => l.StartsWith("sched", StringComparison.Ordinal)).Skip(1).Should().Equal(real);
    }

    [Fact]
    public void Executor_that_never_subscribes()
    {
        var hasty = new Cluster(options: new() { ExecutorRegistrationTimeout = TimeSpan.FromSeconds(5) });
        hasty.Subscribe().Launch("mute", "mute-1", "mute-2");
        hasty.Pass(5);
        hasty.Kills.Should().Equal(hasty.Starts[0].ContainerId);
        hasty.Exited("mute", 9);

        hasty.Lines.Skip(1).Should().Equal(EventLines.FromTranscript("h-executor-crash.txt", who => who == "sched")
            .Where(line => line.Contains(" mute", StringComparison.Ordinal)));
    }

    /// <summary>Every ACCEPT of the scenario, with the offers of this run in place of its own.</summary>
    [Fact]
    public void Launch_errors_have_the_texts_of_Mesos()
    {
        var two = new Cluster(agents: 2).Subscribe();
        var seen = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Transcripts", "c-launch-errors.jsonl")))
        {
            using var json = JsonDocument.Parse(line.Replace("MASTER", two.Core.MasterId, StringComparison.Ordinal));
            var name = json.RootElement.GetProperty("name").GetString()!;
            var call = MesosJson.Parse<SchedulerCall>(System.Text.Encoding.UTF8.GetBytes(json.RootElement.GetProperty("call").GetRawText()));
            two.Pass(1);
            UseOffersOf(two, name, call);
            var before = two.SchedulerEvents.Count;
            two.Call(call).StatusCode.Should().Be(202);
            Run(two, call);
            two.SchedulerEvents.Skip(before).Where(e => e.Update is not null).Select(e => e.Update.Status)
                .Select(s => (Shortened(s.TaskId.Value), Named(s.State), s.Source == TaskStatus.Types.Source.Master ? s.Message : ""))
                .Should().BeEquivalentTo(json.RootElement.GetProperty("updates").EnumerateArray()
                    .Select(u => (u.GetProperty("task").GetString()!, u.GetProperty("state").GetString()!,
                        u.TryGetProperty("message", out var m) ? Available(m.GetString()!) : "")), options => options
                    .Using<string>(c => Available(c.Subject).Should().Be(Available(c.Expectation))).WhenTypeIs<string>(), because: name);
            seen++;
        }
        seen.Should().Be(35);
    }

    /// <summary>What was free then, and the order of resources, is the run's own.</summary>
    private static string Available(string message)
    {
        message = OfferNumber().Replace(message, "-O");
        var total = message.IndexOf(" required by task", StringComparison.Ordinal);
        return total < 0
            ? message
            : $"{string.Join("; ", message["Total resources ".Length..total].Split("; ").Order(StringComparer.Ordinal))} is more than available";
    }

    private static void UseOffersOf(Cluster two, string name, SchedulerCall call)
    {
        if (name is "launch-unknown-offer" or "launch-offer-already-declined")
        {
            if (call.Accept.OfferIds[0].Value.StartsWith(two.Core.MasterId, StringComparison.Ordinal))
                call.Accept.OfferIds[0].Value = $"{two.Core.MasterId}-O0";
            return;
        }
        var agent = call.Accept.Operations[0].Launch.TaskInfos[0].AgentId;
        var offers = two.Offers.Values.Where(o => o.AgentId.Equals(agent) || name == "launch-wrong-agent-id").Select(o => o.Id).Take(1).ToList();
        call.Accept.OfferIds.Clear();
        call.Accept.OfferIds.Add(offers);
        offers.ForEach(o => two.Offers.Remove(o.Value));
        offers.Should().NotBeEmpty(because: name);
    }

    /// <summary>The transcript's executor: RUNNING, and where the data says so FINISHED; all acknowledged.</summary>
    private static void Run(Cluster two, SchedulerCall call)
    {
        foreach (var task in call.Accept.Operations.SelectMany(o => o.Launch?.TaskInfos ?? []))
        {
            if (task.Executor is null)
                continue;
            var executor = task.Executor.ExecutorId.Value;
            var agent = two.Core.AgentId(1).Equals(task.AgentId) ? 1 : 0;
            if (two.Starts.Any(s => s.Executor.ExecutorId.Value == executor && s.Agent == agent)
                && !two.Lines.Contains($"{executor}-{agent} SUBSCRIBED"))
                two.SubscribeExecutor($"{executor}-{agent}", executor, agent: agent);
            if (!two.Lines.Remove($"{executor}-{agent} LAUNCH {task.TaskId.Value}"))
                continue;
            List<TaskState> states = task.Data.ToStringUtf8().Contains("FINISHED", StringComparison.Ordinal)
                ? [TaskState.TaskRunning, TaskState.TaskFinished]
                : [TaskState.TaskRunning];
            foreach (var state in states)
            {
                two.Update(executor, Cluster.Status(task.TaskId.Value, state), agent);
                var status = two.SchedulerEvents.Last(e => e.Update is not null).Update.Status;
                two.Call(new SchedulerCall
                {
                    Type = SchedulerCallType.Acknowledge,
                    Acknowledge = new() { AgentId = status.AgentId, TaskId = status.TaskId, Uuid = status.Uuid },
                });
            }
        }
    }

    [GeneratedRegex(@"-O\d+")]
    private static partial Regex OfferNumber();

    /// <summary>As the transcript's notes have long ids.</summary>
    private static string Shortened(string id) => id.Length > 20 ? id[..20] : id;

    private static string Named(TaskState state) => $"TASK_{state.ToString()[4..].ToUpperInvariant()}";

    private void ShouldBeAsIn(string transcript, params string[] who)
    {
        foreach (var speaker in who)
        {
            cluster.Lines.Where(l => l.Split(' ')[0] == speaker && !l.EndsWith("closed", StringComparison.Ordinal)).Should()
                .Equal(EventLines.FromTranscript(transcript, w => w == speaker), because: speaker);
        }
    }
}
