using Docker;
using Loops;
using Model.Assignments;

namespace NodeAgent.Pods;

/// <summary>
/// Stops and removes whatever Docker has of one pod. It goes by labels, not by what the workers believe: so it also finds what a
/// lost reply hid from them.
/// </summary>
internal sealed class PodTeardown(PodContext pod)
{
    private static readonly Backoff Retry = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    /// <summary>Longer is nobody's intent, and more than a timer can take.</summary>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(1);
    private static readonly TimeSpan SandboxGrace = TimeSpan.FromSeconds(1);

    private readonly IDockerEngine _docker = pod.Agent.Docker;
    private readonly TimeProvider _time = pod.Agent.Time;
    private long _graceFrom;
    private TimeSpan? _grace;
    private TaskCompletionSource _shortened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The grace period, from now; one that would end later than an earlier one changes nothing.</summary>
    public void SetGrace(TimeSpan grace)
    {
        if (grace > LongestGrace)
            grace = LongestGrace;
        if (_grace is not null && grace >= Remaining())
            return;
        _grace = grace;
        _graceFrom = _time.GetTimestamp();
        var before = _shortened;
        _shortened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        before.TrySetResult();
    }

    /// <summary>Tries until nothing of the pod runs: its ports and its memory are free. Returns what is left to remove.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        if (!pod.Touched)
            return [];
        for (var failures = 0; ; failures++)
        {
            try
            {
                var found = await ListAsync();
                var running = found.Where(c => c.State is not ("created" or "exited" or "dead")).ToList();
                // The network outlives those who use it.
                await Task.WhenAll(running.Where(c => !IsSandbox(c)).Select(c => StopOneAsync(c.Id)));
                await Task.WhenAll(running.Where(IsSandbox).Select(c => _docker.StopContainerAsync(c.Id, SandboxGrace, pod.Lifetime)));
                return [.. found.Select(c => c.Id)];
            }
            catch (DockerException e)
            {
                Log.DockerFailed(pod.Agent.Log, $"stopping {pod.TaskId}", e.Message);
                await Task.Delay(Retry.Delay(failures), _time, pod.Lifetime);
            }
        }
    }

    /// <summary>Removes what is stopped; what Docker does not let go now, the next look over all containers removes.</summary>
    public async Task RemoveAsync(IReadOnlyList<string> ids)
    {
        try
        {
            await Task.WhenAll(ids.Select(id => _docker.RemoveContainerAsync(id, force: true, pod.Lifetime)));
        }
        catch (DockerException e)
        {
            Log.DockerFailed(pod.Agent.Log, $"removing {pod.TaskId}", e.Message);
            pod.Agent.Watch.LookSoon();
        }
    }

    private Task<IReadOnlyList<ContainerSummary>> ListAsync() => _docker.ListContainersAsync(
        [
            $"{ContainerLabels.FrameworkId}={pod.Agent.Options.FrameworkId}",
            $"{ContainerLabels.HostId}={pod.Agent.Edges.Locks.HostId}",
            $"{ContainerLabels.Run}={pod.Agent.Options.Run}",
            $"{ContainerLabels.Uid}={pod.Pod.Uid}",
        ], pod.Lifetime);

    private static bool IsSandbox(ContainerSummary container) =>
        container.Labels.GetValueOrDefault(ContainerLabels.Container) is null or "";

    private async Task StopOneAsync(string id)
    {
        var stop = _docker.StopContainerAsync(id, Remaining(), pod.Lifetime);
        if (await Task.WhenAny(stop, _shortened.Task.OnLoop()) != stop)
        {
            // Somebody is in more of a hurry than when Docker was asked.
            while (!stop.IsCompleted && Remaining() > TimeSpan.Zero)
                await Task.WhenAny(stop, _shortened.Task.OnLoop(), Task.Delay(Remaining(), _time, pod.Lifetime));
            if (!stop.IsCompleted)
                await _docker.KillContainerAsync(id, cancellation: pod.Lifetime);
        }
        await stop;
    }

    private TimeSpan Remaining() =>
        (_grace ?? TimeSpan.Zero) - _time.GetElapsedTime(_graceFrom) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
