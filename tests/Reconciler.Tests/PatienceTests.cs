using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Status;
using Reconciler.Controllers;
using Reconciler.Scheduling;
using Reconciler.State;
using Testing;

namespace Reconciler.Tests;

/// <summary>Everything that is repeated, and for how long it waits: by the clock of the test.</summary>
public sealed class PatienceTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void A_kill_is_repeated_with_growing_patience_until_the_end()
    {
        var kills = new KillQueue(_clock);
        kills.Want(new Kill("t", "a", 30));
        kills.Want(new Kill("t", "a", 30));
        kills.TakeDue().Should().ContainSingle("it is wanted once");
        kills.TakeDue().Should().BeEmpty();
        kills.Want(new Kill("t", "a", 30));
        kills.TakeDue().Should().BeEmpty("wanting it again hurries nothing");
        Repeats(() => kills.NextDue, () => kills.TakeDue().Count, 6).Should().Equal(5, 10, 20, 40, 60, 60);
        kills.Ended("t");
        (kills.NextDue, kills.TakeDue().Count).Should().Be((null, 0));
    }

    [Fact]
    public void Each_task_is_asked_after_until_it_is_answered()
    {
        var owed = new Reconciliation(_clock, new Random(1));
        owed.Restart([("a", "agent-1"), ("b", "agent-2")]);
        owed.TakeDue().Should().BeEquivalentTo([("a", "agent-1"), ("b", "agent-2")]);
        owed.TakeImplicitDue().Should().BeTrue();
        owed.Answered("a");
        var waits = Repeats(() => owed.NextDue, () => owed.TakeDue().Count, 8);
        waits.Zip([2d, 4, 8, 16, 32, 60, 60, 60]).Should().OnlyContain(
            wait => wait.First <= wait.Second && wait.First >= wait.Second * 0.8, "patience grows to a minute, less some jitter");
        owed.Answered("b");
        owed.TakeDue().Should().BeEmpty();
        owed.AskUnlessAsked("c", "agent-1", TimeSpan.FromSeconds(9));
        owed.AskUnlessAsked("c", "agent-1", TimeSpan.Zero);
        owed.TakeDue().Should().BeEmpty("c is asked after already");
        owed.Answered("c");
        owed.NextDue.Should().NotBeNull("there is the implicit one");
    }

    [Fact]
    public void All_is_asked_for_every_quarter_of_an_hour_and_not_while_there_is_no_subscription()
    {
        var owed = new Reconciliation(_clock, new Random(1));
        owed.NextDue.Should().BeNull();
        owed.TakeImplicitDue().Should().BeFalse();
        owed.Restart([]);
        owed.TakeImplicitDue().Should().BeTrue();
        owed.TakeImplicitDue().Should().BeFalse();
        (owed.NextDue!.Value - _clock.GetUtcNow()).TotalMinutes.Should().BeInRange(13.5, 16.5);
        owed.Ask("late", "a", TimeSpan.FromSeconds(10));
        owed.NextDue.Should().Be(_clock.GetUtcNow().AddSeconds(10));
        owed.Stop();
        owed.NextDue.Should().BeNull();
        _clock.Advance(TimeSpan.FromMinutes(1));
        owed.TakeDue().Should().BeEmpty();
    }

    [Fact]
    public void Offers_are_asked_for_at_once_and_then_less_and_less()
    {
        var pending = new PendingPods(_clock);
        pending.AskDue.Should().BeNull();
        var (pod, place) = Wanted();
        pending.Add(pod, place).Should().BeTrue();
        pending.AskDue.Should().Be(_clock.GetUtcNow());
        pending.AskedNow();
        pending.Add(pod, place).Should().BeFalse("nothing is new about it");
        Repeats(() => pending.AskDue, () => { pending.AskedNow(); return 1; }, 5).Should().Equal(5, 10, 20, 40, 60);
        pending.Add(pod, place with { Uid = "other" }).Should().BeTrue("another incarnation is another need");
        pending.AskDue.Should().Be(_clock.GetUtcNow());
        pending.Remove(pod.Key);
        pending.Any.Should().BeFalse();
    }

    [Fact]
    public void A_pod_that_waits_is_due_once()
    {
        var pending = new PendingPods(_clock);
        var (pod, place) = Wanted();
        pending.WaitUntil(pod.Key, _clock.GetUtcNow().AddSeconds(3));
        pending.TakeDue().Should().BeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(3));
        pending.TakeDue().Should().Equal(pod.Key);
        pending.TakeDue().Should().BeEmpty("a time in the past keeps nobody busy");
        pending.WaitUntil(pod.Key, _clock.GetUtcNow().AddSeconds(3));
        pending.Add(pod, place);
        pending.NextDue.Should().BeNull();
    }

    [Fact]
    public void Launches_that_fail_wait_longer_each_time_but_not_the_first_time()
    {
        var (pod, _) = Wanted();
        var failed = new PodStatus { Phase = PodPhase.Pending };
        var waits = new List<double?>();
        for (var i = 0; i < 12; i++)
        {
            LaunchBackoff.AfterEnd(pod, Assigned(_clock.GetUtcNow()), failed, _clock.GetUtcNow());
            waits.Add((pod.NotBefore - _clock.GetUtcNow())?.TotalSeconds);
        }
        waits.Should().Equal(null, 1d, 2d, 4d, 8d, 16d, 32d, 64d, 128d, 256d, 300d, 300d);
        LaunchBackoff.AfterEnd(pod, Assigned(_clock.GetUtcNow() - TimeSpan.FromMinutes(10)), failed, _clock.GetUtcNow());
        pod.NotBefore.Should().BeNull("it had lived for long");
        LaunchBackoff.AfterEnd(pod, Assigned(_clock.GetUtcNow()), failed, _clock.GetUtcNow());
        pod.NotBefore.Should().NotBeNull();
        LaunchBackoff.AfterEnd(pod, Assigned(_clock.GetUtcNow()) with { Stop = new StopIntent("SpecChanged", null, _clock.GetUtcNow()) }, failed, _clock.GetUtcNow());
        (pod.Failures, pod.NotBefore).Should().Be((0, null), "who was stopped has not failed");
    }

    /// <summary>Goes to each due time and does what is due; the waits in seconds.</summary>
    private List<double> Repeats(Func<DateTimeOffset?> due, Func<int> take, int times)
    {
        var waits = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var wait = due()!.Value - _clock.GetUtcNow();
            waits.Add(wait.TotalSeconds);
            _clock.Advance(wait);
            take().Should().Be(1);
        }
        return waits;
    }

    private static (PodRecord Pod, PodDecision.Place Place) Wanted()
    {
        var state = new ClusterState(new KeyLayout());
        var key = new PodKey("default", "web");
        state.Apply(new KeyLayout().PodSpec(key), System.Text.Encoding.UTF8.GetBytes(Pods.Nginx), 5, 5);
        var pod = state.Pods[key];
        return (pod, (PodDecision.Place)PodPlanner.Decide(pod.View(DateTimeOffset.UnixEpoch)));
    }

    private static Assignment Assigned(DateTimeOffset at)
    {
        var (pod, place) = Wanted();
        var spec = pod.Spec.Value!;
        var pending = new PendingPod(pod.Key, place.Uid, spec.Pod!.Spec, spec.CreateRevision);
        return Launching.Assign(new PlacementResult.Placed(pending, "a", []), spec, 1, "h", "h", "e", at);
    }
}
