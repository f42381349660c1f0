using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Status;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

/// <summary>A story ends in silence: what is decided is done, until nothing is decided any more; and soon.</summary>
public sealed class StoryTests
{
    private const int Seeds = 1000;
    private const int LongestStory = 8;

    [Fact]
    public void Every_story_ends_in_silence()
    {
        for (var seed = 0; seed < Seeds; seed++)
            Play(seed);
    }

    private static void Play(int seed)
    {
        var view = RandomView(new Random(seed));
        var told = new List<string>();
        var uids = new HashSet<string>();
        if (view.Live is { } before)
            uids.Add(before.Uid);
        for (var step = 0; step < LongestStory; step++)
        {
            var decision = PodPlanner.Decide(view);
            Same(decision, PodPlanner.Decide(view)).Should().BeTrue("the same view gives the same decision (SEED={0})", seed);
            told.Add(decision.GetType().Name);
            if (decision is PodDecision.Keep or PodDecision.Reject && decision.Answer is null)
            {
                AssertAtRest(view, seed);
                return;
            }
            if (decision is PodDecision.Place place)
                uids.Add(place.Uid).Should().BeTrue("no uid is used twice (SEED={0})", seed);
            view = Perform(view, decision);
        }
        Assert.Fail($"no end after {string.Join(", ", told)} (SEED={seed})");
    }

    private static void AssertAtRest(PodView view, int seed)
    {
        if (view.Spec is null)
        {
            (view.Live, view.Status, view.Owner).Should().Be((null, null, null), "nothing is left of what nobody wants (SEED={0})", seed);
            return;
        }
        view.Status!.ObservedRevision.Should().Be(view.Spec.ModRevision, "the newest revision is answered (SEED={0})", seed);
        var accepted = view.Status.Conditions.Find(ConditionTypes.Accepted)!.Status;
        accepted.Should().Be(view.Spec.Pod is null ? ConditionStatus.False : ConditionStatus.True, "SEED={0}", seed);
        view.Live?.Stop.Should().BeNull("no stop is left half done (SEED={0})", seed);
        if (view.Spec.Pod is not null && view.Live is { } live)
            (live.SpecHash, live.SpecCreateRevision).Should().Be((view.Spec.Hash!, view.Spec.CreateRevision), "SEED={0}", seed);
    }

    /// <summary>What the controllers do with a decision, without the world between.</summary>
    private static PodView Perform(PodView view, PodDecision decision)
    {
        if (decision.Answer is { } answer)
            view = view with { Status = answer };
        switch (decision)
        {
            case PodDecision.Forget:
                return view with { Status = null, Owner = null };
            case PodDecision.Stop stop:
                return view with { Live = view.Live! with { Stop = new StopIntent(stop.Reason, stop.Why, view.Now) } };
            case PodDecision.AwaitStop:
                var ended = view.Live!;
                return view with
                {
                    Live = null,
                    Status = view.Spec is null ? null : PodEndings.Ended(view.Status ?? new(), ended, Report("TASK_KILLED"), ended.Status, view.Now),
                    Owner = view.Spec is null ? null : new PodOwner(ended.Uid, StatusWriter.Leader),
                };
            case PodDecision.Place place:
                var pending = new PendingPod(view.Key, place.Uid, view.Spec!.Pod!.Spec, view.Spec.CreateRevision);
                var assignment = Launching.Assign(
                    new PlacementResult.Placed(pending, "agent-1", []), view.Spec, place.Attempt, "host-1", "10.0.0.1", "executor-1", view.Now);
                return view with
                {
                    Live = assignment,
                    Status = Launching.Scheduled(view.Status, assignment, view.Spec, view.Now),
                    Owner = new PodOwner(place.Uid, StatusWriter.Agent),
                };
            case PodDecision.Wait wait:
                return view with { Now = wait.Until };
            default:
                return view;
        }
    }

    private static PodView RandomView(Random random)
    {
        string[] texts = [Nginx, Httpd, Once, Invalid];
        var create = Pick(random, 5L, 10L);
        var spec = random.Next(4) == 0 ? null : Spec(Pick(random, texts), modRevision: create + random.Next(3), createRevision: create);
        var past = Spec(Pick(random, Nginx, Httpd, Once), modRevision: 6, createRevision: Pick(random, 5L, 10L));
        var incarnation = Assigned(past, attempt: random.Next(1, 4), stop: random.Next(3) == 0 ? new StopIntent(StopReasons.SpecChanged, null, Noon) : null)
            with
        { Status = random.Next(2) == 0 ? null : new PodStatus { Phase = Pick(random, Enum.GetValues<PodPhase>()) } };
        var status = random.Next(3) == 0 ? null : StatusOf(incarnation, past) with { Phase = Pick(random, Enum.GetValues<PodPhase>()) };
        return View(
            spec,
            status,
            random.Next(2) == 0 ? null : incarnation,
            random.Next(2) == 0 ? null : new PodOwner(incarnation.Uid, Pick(random, StatusWriter.Agent, StatusWriter.Leader)),
            random.Next(3) == 0 ? Noon.AddSeconds(random.Next(-60, 60)) : null);
    }

    private static T Pick<T>(Random random, params T[] from) => from[random.Next(from.Length)];

    private static bool Same(PodDecision left, PodDecision right) =>
        left with { Answer = null } == right with { Answer = null }
        && (left.Answer, right.Answer) switch
        {
            (null, null) => true,
            ({ } one, { } other) => SpecAnswers.Same(one, other),
            _ => false,
        };
}
