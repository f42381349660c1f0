using Loops;
using Model.Keys;
using Model.Planning;
using Reconciler.State;

namespace Reconciler.Scheduling;

/// <summary>The pods that want a machine, those that wait before they want one, and when offers are to be asked for.</summary>
public sealed class PendingPods(TimeProvider time)
{
    private static readonly Backoff AskAgain = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

    private readonly Dictionary<PodKey, Pending> _pods = [];
    private readonly DelayQueue<PodKey> _waiting = new();
    private int _asked;

    /// <summary>One pod with the spec that it was decided from.</summary>
    public sealed record Pending(PodRecord Record, SpecView Spec, PodDecision.Place Place)
    {
        public PendingPod Pod => new(Record.Key, Place.Uid, Spec.Pod!.Spec, Spec.CreateRevision);
    }

    public bool Any => _pods.Count > 0;

    public IReadOnlyCollection<Pending> All => _pods.Values;

    /// <summary>When offers are next asked for; null: there is no need.</summary>
    public DateTimeOffset? AskDue { get; private set; }

    /// <summary>Since the newest need, offers have been asked for so many times.</summary>
    public int Asked => _asked;

    public DateTimeOffset? NextDue => _waiting.NextDue;

    /// <summary>False where it stands here already.</summary>
    public bool Add(PodRecord pod, PodDecision.Place place)
    {
        _waiting.Remove(pod.Key);
        var isNew = !_pods.TryGetValue(pod.Key, out var before) || before.Place.Uid != place.Uid || before.Spec != pod.Spec.Value;
        if (isNew)
        {
            _pods[pod.Key] = new Pending(pod, pod.Spec.Value!, place);
            Need();
        }
        return isNew;
    }

    public void Remove(PodKey pod)
    {
        _pods.Remove(pod);
        _waiting.Remove(pod);
    }

    public void WaitUntil(PodKey pod, DateTimeOffset until) => _waiting.Set(pod, until);

    public IReadOnlyList<PodKey> TakeDue() => _waiting.TakeDue(time.GetUtcNow());

    /// <summary>Something new wants offers: ask at once, and then with growing patience.</summary>
    public void Need()
    {
        _asked = 0;
        AskDue = time.GetUtcNow();
    }

    public void AskedNow() => AskDue = time.GetUtcNow() + AskAgain.Delay(_asked++);

    public void NoNeed()
    {
        _asked = 0;
        AskDue = null;
    }
}
