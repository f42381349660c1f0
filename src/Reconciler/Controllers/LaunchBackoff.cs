using Loops;
using Model.Assignments;
using Model.Status;
using Reconciler.State;

namespace Reconciler.Controllers;

/// <summary>
/// How long a pod, or a node task, waits after its last incarnation failed underneath it (not by itself): not at all the first
/// time, then longer and longer; from the start again after one that lived for ten minutes.
/// </summary>
public static class LaunchBackoff
{
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(10);
    private static readonly Backoff Delays = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    public static void AfterEnd(PodRecord pod, Assignment assignment, PodStatus? status, DateTimeOffset now)
    {
        if (assignment.Stop is not null || status is not { Phase: PodPhase.Pending })
        {
            (pod.Failures, pod.NotBefore) = (0, null);
            return;
        }
        (pod.Failures, pod.NotBefore) = Next(pod.Failures, now - assignment.CreatedAt, now);
    }

    public static void AfterEnd(NodeRecord node, NodeAssignment assignment, DateTimeOffset now) =>
        (node.Failures, node.NotBefore) = Next(node.Failures, now - assignment.CreatedAt, now);

    private static (int Failures, DateTimeOffset? NotBefore) Next(int failures, TimeSpan lived, DateTimeOffset now)
    {
        if (lived >= Healthy)
            failures = 0;
        return (failures + 1, failures == 0 ? null : now + Delays.Delay(failures - 1));
    }
}
