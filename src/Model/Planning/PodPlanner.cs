using Model.Assignments;
using Model.Status;

namespace Model.Planning;

/// <summary>Sorts a pod into its bucket. A function: the same view gives the same decision, whoever asks and however often.</summary>
public static class PodPlanner
{
    public static PodDecision Decide(PodView pod) => pod switch
    {
        { Spec: null } => Unwanted(pod),
        { Live.Stop: { } stop } => new PodDecision.AwaitStop { Why = $"it is being stopped: {stop.Reason}" },
        { Spec.Pod: null, Live: { } live } when live.SpecCreateRevision != pod.Spec.CreateRevision => new PodDecision.Stop
        {
            // What runs goes on running on its last accepted revision; but this one's spec was deleted, and put anew since.
            Why = "the spec that it ran for was deleted",
            Reason = StopReasons.SpecDeleted,
        },
        { Spec.Pod: null } => new PodDecision.Reject { Why = "the newest spec is not valid", Answer = AnswerTo(pod) },
        { Live: { } live } when live.SpecHash == pod.Spec.Hash && live.SpecCreateRevision == pod.Spec.CreateRevision =>
            new PodDecision.Keep { Why = "it is assigned as the spec wants it", Answer = AnswerTo(pod) },
        { Live: not null } => new PodDecision.Stop { Why = "the spec changed", Reason = StopReasons.SpecChanged },
        _ when HasEndedForGood(pod) => new PodDecision.Keep { Why = $"it has ended: {pod.Status!.Phase}", Answer = AnswerTo(pod) },
        { NotBefore: { } notBefore } when notBefore > pod.Now =>
            new PodDecision.Wait { Why = "launches failed before; it waits before the next", Until = notBefore, Answer = AnswerTo(pod) },
        _ => Place(pod),
    };

    private static PodDecision Unwanted(PodView pod) => pod switch
    {
        { Live.Stop: { } stop } => new PodDecision.AwaitStop { Why = $"it is being stopped: {stop.Reason}" },
        { Live: not null } => new PodDecision.Stop { Why = "the spec was deleted", Reason = StopReasons.SpecDeleted },
        { Status: not null } or { Owner: not null } => new PodDecision.Forget { Why = "the spec was deleted and nothing runs" },
        _ => new PodDecision.Keep { Why = "nobody wants it and nothing is left of it" },
    };

    private static PodDecision.Place Place(PodView pod)
    {
        var spec = pod.Spec!;
        // The attempts count per life of the spec's key: its create revision is part of the uid.
        var attempt = (IsOfThisSpec(pod) ? pod.Status!.Attempt : AttemptOfOwner(pod)) + 1;
        return new PodDecision.Place
        {
            Why = attempt == 1 ? "it is new" : "its last incarnation is gone",
            Attempt = attempt,
            Uid = TaskIds.Uid(pod.Key, spec.CreateRevision, attempt),
        };
    }

    /// <summary>
    /// Where somebody deleted the status, the owner still names the last incarnation: a uid that was used is never used again.
    /// </summary>
    private static int AttemptOfOwner(PodView pod)
    {
        const int searched = 10_000;
        if (pod.Owner is not { Uid: var last })
            return 0;
        for (var attempt = 1; attempt <= searched; attempt++)
        {
            if (TaskIds.Uid(pod.Key, pod.Spec!.CreateRevision, attempt) == last)
                return attempt;
        }
        return 0; // It is of an earlier spec object, whose uids are other ones.
    }

    /// <summary>The status tells of an incarnation of this very spec object, not of one deleted before it.</summary>
    private static bool IsOfThisSpec(PodView pod) =>
        pod is { Status: { Uid: { } uid, Attempt: > 0 } status, Spec: { } spec }
        && uid == TaskIds.Uid(pod.Key, spec.CreateRevision, status.Attempt);

    private static bool HasEndedForGood(PodView pod) =>
        pod.Status is { Phase: PodPhase.Succeeded or PodPhase.Failed } status
        && IsOfThisSpec(pod)
        && status.SpecHash == pod.Spec!.Hash;

    private static PodStatus? AnswerTo(PodView pod)
    {
        // A status key that somebody deleted is written again from what the assignment remembers.
        var before = pod.Status ?? (pod.Live is { } live ? PodEndings.OfIncarnation(live.Status ?? new(), live) : new());
        var after = SpecAnswers.Answer(before, pod.Spec!, pod.Now);
        return pod.Status is not null && SpecAnswers.Same(before, after) ? null : after;
    }
}

/// <summary>Words of assignments' stop intents.</summary>
public static class StopReasons
{
    public const string SpecDeleted = "SpecDeleted";
    public const string SpecChanged = "SpecChanged";
}
