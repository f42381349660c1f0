using System.Text;
using Etcd;
using Loops;
using Microsoft.Extensions.Logging;
using Model;
using Model.Keys;
using Model.Planning;
using Model.Status;
using Reconciler.Scheduling;
using Reconciler.State;
using Reconciler.Store;

namespace Reconciler.Controllers;

/// <summary>Performs what <see cref="PodPlanner"/> decides of each pod that something happened to.</summary>
public sealed class PodController(ClusterState state, KeyLayout keys, PendingPods pending, KillQueue kills, TimeProvider time, ILogger logger)
{
    /// <summary>Doubts so many in a row are met at once; those beyond wait, lest a key that stands in the way keeps the loop busy.</summary>
    private const int DoubtsAtOnce = 3;
    private static readonly TimeSpan DoubtsInARow = TimeSpan.FromMinutes(1);
    private static readonly Backoff Patience = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>The writes that the decisions ask for; what they ask of memory is done at once.</summary>
    public IReadOnlyList<Change> Decide(IEnumerable<PodKey> dirty)
    {
        var changes = new List<Change>();
        foreach (var key in dirty)
        {
            if (!state.Pods.TryGetValue(key, out var pod))
            {
                pending.Remove(key);
                continue;
            }
            // Once read again, a doubtful pod is decided anew.
            if (pod.Doubtful)
                continue;
            changes.AddRange(Perform(pod, PodPlanner.Decide(pod.View(time.GetUtcNow()))));
        }
        return changes;
    }

    private IEnumerable<Change> Perform(PodRecord pod, PodDecision decision)
    {
        if (decision is PodDecision.Place place)
        {
            if (pending.Add(pod, place))
                Log.Decided(logger, pod.Key, nameof(PodDecision.Place), place.Why);
            yield break;
        }
        pending.Remove(pod.Key);
        switch (decision)
        {
            case PodDecision.Forget forget:
                Log.Decided(logger, pod.Key, nameof(PodDecision.Forget), forget.Why);
                yield return Forget(pod);
                break;
            case PodDecision.Stop stop:
                Log.Decided(logger, pod.Key, nameof(PodDecision.Stop), stop.Why);
                yield return Stop(pod, stop);
                break;
            case PodDecision.AwaitStop:
                kills.Want(Kill.Of(pod.Live!.Value!));
                break;
            case PodDecision.Wait wait:
                pending.WaitUntil(pod.Key, wait.Until);
                break;
            // Keep and Reject ask for nothing but their answer.
        }
        if (decision.Answer is { } answer)
            yield return Answer(pod, answer);
    }

    /// <summary>Puts a status whose leader's part is new; refused where the agent wrote meanwhile, and then decided again.</summary>
    public Change Answer(PodRecord pod, PodStatus answer) => new()
    {
        What = $"status of {pod.Key}",
        If = [
            Compare.ModRevision(keys.PodStatus(pod.Key), pod.Status.ModRevision),
            Compare.ModRevision(keys.PodSpec(pod.Key), pod.Spec.ModRevision)],
        Then = [Op.Put(keys.PodStatus(pod.Key), ModelJson.Write(answer))],
        Applied = revision => pod.Status.Update(answer, revision),
        Doubtful = () => Doubt(pod),
    };

    private Change Forget(PodRecord pod) => new()
    {
        What = $"end of {pod.Key}",
        If = HasPlaceForAssignments(pod.Key)
            ? [Compare.Absent(keys.PodSpec(pod.Key)), Compare.NoneUnder(keys.AssignmentsOf(pod.Key))]
            : [Compare.Absent(keys.PodSpec(pod.Key))],
        Then = [Op.Delete(keys.PodStatus(pod.Key)), Op.Delete(keys.Owner(pod.Key))],
        Applied = revision =>
        {
            pod.Status.Update(null, revision);
            pod.Owner.Update(null, revision);
        },
        Doubtful = () => Doubt(pod),
    };

    private Change Stop(PodRecord pod, PodDecision.Stop stop)
    {
        var live = pod.Live!;
        var stopping = live.Value! with { Stop = new(stop.Reason, stop.Why, time.GetUtcNow()) };
        var key = keys.Assignment(pod.Key, stopping.Uid);
        return new Change
        {
            What = $"stop of {pod.Key}",
            If = [Compare.ModRevision(key, live.ModRevision)],
            Then = [Op.Put(key, ModelJson.Write(stopping))],
            Applied = revision =>
            {
                live.Update(stopping, revision);
                kills.Want(Kill.Of(stopping));
            },
            Doubtful = () => Doubt(pod),
        };
    }

    /// <summary>A write was refused or is uncertain: the pod's keys are read again, then everything is decided anew.</summary>
    public void Doubt(PodRecord pod)
    {
        var now = time.GetUtcNow();
        pod.Doubts = now - pod.DoubtedAt < DoubtsInARow ? pod.Doubts + 1 : 1;
        (pod.Doubtful, pod.DoubtedAt, pod.ReadAgainAt) = (true, now, null);
        if (pod.Doubts <= DoubtsAtOnce)
        {
            state.MarkDirty(pod.Key);
            return;
        }
        pod.ReadAgainAt = now + Patience.Delay(pod.Doubts - DoubtsAtOnce - 1);
        pending.WaitUntil(pod.Key, pod.ReadAgainAt.Value);
        Log.RefusedAgain(logger, pod.Key, pod.Doubts, pod.ReadAgainAt.Value);
    }

    /// <summary>
    /// A spec that was put under too few names is answered, and has no assignments: the keys that would be under its name are those of a
    /// whole namespace.
    /// </summary>
    private static bool HasPlaceForAssignments(PodKey pod) => pod.Namespace.Length > 0;

    /// <summary>Reads all keys of the doubtful pods again.</summary>
    public async Task ReadDoubtfulAsync(IEtcd etcd, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var pod in state.Pods.Values.Where(p => p.Doubtful && !(p.ReadAgainAt > now)).ToList())
        {
            var key = pod.Key;
            string[] single = [keys.PodSpec(key), keys.PodStatus(key), keys.Owner(key)];
            var gets = single.Select(Op.Get);
            var assignments = keys.AssignmentsOf(key);
            if (HasPlaceForAssignments(key))
                gets = gets.Append(Op.Get(assignments) with { RangeEnd = EtcdKey.PrefixEnd(assignments) });
            var read = await etcd.TxnAsync(new Txn { Then = [.. gets] }, cancellation);
            var present = read.Responses.SelectMany(r => r.KeyValues).ToList();
            foreach (var kv in present)
                state.Apply(kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision);
            var gone = single.Concat(pod.AssignmentUids.Select(uid => keys.Assignment(key, uid))).Except(present.Select(kv => kv.Key));
            foreach (var absent in gone.ToList())
                state.Apply(absent, null, 0, read.Revision);
            pod.Doubtful = false;
            // What the watch told while it was doubtful has not been decided yet, and is no news here.
            state.MarkDirty(key);
        }
    }

    /// <summary>The bytes of owner/{ns}/{pod}.</summary>
    public static byte[] OwnerValue(PodOwner owner) => Encoding.UTF8.GetBytes(owner.ToString());
}
