using Docker;
using Loops;
using Microsoft.Extensions.Logging;
using Model.Assignments;
using NodeAgent.Agent;

namespace NodeAgent.Pods;

/// <summary>
/// Notices what happens to containers: by Docker's events at once, and by looking over all of them from time to time, because events
/// are only hints. Removes containers of this run that belong to no pod any more. With no pod and nothing left behind it asks nothing.
/// </summary>
internal sealed class DockerWatch(NodeAgentEdges edges, NodeAgentOptions options)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SoonInterval = TimeSpan.FromSeconds(5);
    private static readonly Backoff Retry = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    /// <summary>Clocks that differ a little, and a stream that is not open yet while its request is on the way.</summary>
    private static readonly TimeSpan EventOverlap = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = edges.Logs.CreateLogger<DockerWatch>();
    private readonly List<ITrackedContainer> _tracked = [];
    private readonly HashSet<string> _uids = [];
    private readonly Signal _look = new(edges.Time);
    private bool _settled = true;
    private long _lookFrom;
    private TimeSpan _lookAfter;

    /// <summary>Null while Docker answers; else why it does not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Raised on every change of <see cref="Trouble"/>.</summary>
    public event Action? TroubleChanged;

    public void Track(ITrackedContainer container) => _tracked.Add(container);

    public void Untrack(ITrackedContainer container) => _tracked.Remove(container);

    /// <summary>From now on containers of this uid have somebody who cares for them.</summary>
    public void Adopt(string uid)
    {
        _uids.Add(uid);
        if (_settled)
            LookAfter(Interval);
    }

    public void Disown(string uid) => _uids.Remove(uid);

    /// <summary>Something was left behind: look for it before the usual time.</summary>
    public void LookSoon() => LookAfter(SoonInterval);

    private void LookAfter(TimeSpan interval)
    {
        if (!_settled && UntilLook() <= interval)
            return;
        (_settled, _lookFrom, _lookAfter) = (false, edges.Time.GetTimestamp(), interval);
        _look.Set();
    }

    private TimeSpan UntilLook() => _lookAfter - edges.Time.GetElapsedTime(_lookFrom);

    /// <summary>The stream of events; where it ends, everything is looked over and the stream opened again.</summary>
    public async Task FollowEventsAsync(CancellationToken cancellation)
    {
        var since = edges.Time.GetUtcNow() - EventOverlap;
        for (var failures = 0; ; failures++)
        {
            try
            {
                await foreach (var e in edges.Docker.EventsAsync(Labels(), since, cancellation))
                {
                    failures = 0;
                    if (e.Action is not ("die" or "destroy"))
                        continue;
                    foreach (var container in _tracked.Where(t => t.RunningId == e.ContainerId))
                        container.Hint();
                }
                Log.EventsEnded(_log, "the stream ended");
            }
            catch (DockerException e)
            {
                Log.EventsEnded(_log, e.Message);
            }
            await Task.Delay(Retry.Delay(failures), edges.Time, cancellation);
            since = edges.Time.GetUtcNow() - EventOverlap;
            await LookUntilAnsweredAsync(cancellation);
        }
    }

    /// <summary>The look over all containers, every minute while there is something to look at.</summary>
    public async Task LookRegularlyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _look.WaitAsync(_settled ? null : UntilLook(), cancellation);
            if (_settled || UntilLook() > TimeSpan.Zero)
                continue;
            await LookUntilAnsweredAsync(cancellation);
        }
    }

    /// <summary>Docker did or did not answer somebody.</summary>
    public void Report(string? trouble)
    {
        if (Trouble == trouble)
            return;
        Trouble = trouble;
        TroubleChanged?.Invoke();
    }

    private async Task LookUntilAnsweredAsync(CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await LookAsync(cancellation);
                Report(null);
                return;
            }
            catch (DockerException e)
            {
                Log.DockerFailed(_log, "looking over the containers", e.Message);
                Report(e.Message);
                await Task.Delay(Retry.Delay(failures), edges.Time, cancellation);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        (_lookFrom, _lookAfter) = (edges.Time.GetTimestamp(), Interval);
        var believed = _tracked.Select(t => (Container: t, Id: t.RunningId)).ToList();
        var found = await edges.Docker.ListContainersAsync(Labels(), cancellation);
        var running = found.Where(c => c.State == "running").Select(c => c.Id).ToHashSet();
        foreach (var (container, id) in believed)
        {
            if (id is not null && !running.Contains(id))
                container.Hint();
        }
        var strays = found.Where(c => !_uids.Contains(c.Labels.GetValueOrDefault(ContainerLabels.Uid) ?? "")).ToList();
        foreach (var stray in strays)
            await RemoveAsync(stray, cancellation);
        _settled = strays.Count == 0 && _uids.Count == 0;
    }

    /// <summary>One that Docker refuses to let go holds nobody up: it is still there for the next look.</summary>
    private async Task RemoveAsync(ContainerSummary stray, CancellationToken cancellation)
    {
        Log.Stray(_log, stray.Name);
        try
        {
            await edges.Docker.RemoveContainerAsync(stray.Id, force: true, cancellation);
        }
        catch (DockerException e) when (e.StatusCode is not null)
        {
            Log.DockerFailed(_log, $"removing the stray {stray.Name}", e.Message);
        }
    }

    private List<string> Labels() =>
    [
        $"{ContainerLabels.FrameworkId}={options.FrameworkId}",
        $"{ContainerLabels.HostId}={edges.Locks.HostId}",
        $"{ContainerLabels.Run}={options.Run}",
    ];
}
