using Loops;
using Model.Pods;

namespace NodeAgent.Pods;

/// <summary>
/// When a container that ended is started again, as the kubelet does it: the first time at once, then after 10 s, 20 s, 40 s … 300 s;
/// from the beginning again after one that ran for ten minutes.
/// </summary>
internal static class Restarts
{
    public static readonly TimeSpan CalmAfter = TimeSpan.FromMinutes(10);
    private static readonly Backoff CrashLoop = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300));

    /// <summary>Null: the container has ended for good.</summary>
    /// <param name="policy">Of the pod.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="restarts">How often it was restarted since it last was calm.</param>
    public static TimeSpan? Delay(RestartPolicy policy, ContainerExit exit, int restarts)
    {
        var again = policy switch
        {
            RestartPolicy.Always => true,
            RestartPolicy.OnFailure => exit.Failed,
            RestartPolicy.Never => false,
            _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "no such restart policy"),
        };
        if (!again)
            return null;
        // One that the agent itself stopped has not crashed.
        return exit.Forced || restarts == 0 ? TimeSpan.Zero : CrashLoop.Delay(restarts - 1);
    }

    /// <summary>The count that goes into <see cref="Delay"/> after a run of this length.</summary>
    public static int After(int restarts, TimeSpan ran) => ran >= CalmAfter ? 0 : restarts;
}
