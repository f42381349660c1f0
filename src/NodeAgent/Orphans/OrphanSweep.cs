using Docker;
using Etcd;
using Loops;
using Model.Assignments;
using NodeAgent.Agent;

namespace NodeAgent.Orphans;

/// <summary>
/// Removes what dead runs of our executors left in Docker: containers of our framework and this machine, whose run's lock is free.
/// Nothing else is ever touched. It goes before everything else that an agent does, for the ports and the memory may be needed; what
/// was left under the framework's earlier ids goes when the node task has told of them.
/// </summary>
internal sealed class OrphanSweep(AgentContext agent)
{
    private const int AtOnce = 8;
    private static readonly Backoff Retry = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(10);

    private readonly HashSet<(string AgentId, string Run)> _open = [];
    private readonly HashSet<string> _frameworks = [agent.Options.FrameworkId];
    private readonly Signal _more = new(agent.Time);

    /// <summary>What dead runs left under these ids is swept too, from now on.</summary>
    public void Include(IReadOnlyList<string> frameworkIds)
    {
        var before = _frameworks.Count;
        _frameworks.UnionWith(frameworkIds.Where(id => id.Length > 0));
        if (_frameworks.Count > before)
            _more.Set();
    }

    /// <summary>Looks again as long as something is left that a later look could remove, and when there is more to look for.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var again = await SweepUntilAnsweredAsync(cancellation);
        agent.SweepDone();
        while (true)
        {
            await _more.WaitAsync(again, cancellation);
            again = await SweepUntilAnsweredAsync(cancellation);
        }
    }

    private async Task<TimeSpan?> SweepUntilAnsweredAsync(CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                var again = await SweepAsync(cancellation);
                agent.Watch.Report(null);
                return again;
            }
            catch (DockerException e)
            {
                Log.DockerFailed(agent.Log, "sweeping orphans", e.Message);
                agent.Watch.Report(e.Message);
                await Task.Delay(Retry.Delay(failures), agent.Time, cancellation);
            }
        }
    }

    /// <summary>When to look again; null: never.</summary>
    private async Task<TimeSpan?> SweepAsync(CancellationToken cancellation)
    {
        var found = (await agent.Docker.ListContainersAsync([$"{ContainerLabels.HostId}={agent.Edges.Locks.HostId}"], cancellation))
            .Where(c => _frameworks.Contains(c.Labels.GetValueOrDefault(ContainerLabels.FrameworkId) ?? ""));
        var dead = new Dictionary<string, bool>();
        var orphans = found.Where(c => RunOf(c) is { Length: > 0 } run && run != agent.Options.Run && IsDead(run)).ToList();
        foreach (var orphan in orphans)
            _open.Add((orphan.Labels.GetValueOrDefault(ContainerLabels.AgentId) ?? "", RunOf(orphan)!));
        var now = agent.Time.GetUtcNow();
        var ripe = orphans.Where(c => now - c.Created >= agent.Options.OrphanGracePeriod).ToList();
        var left = orphans.Except(ripe).Select(c => RunOf(c)!).ToHashSet();
        foreach (var chunk in ripe.Chunk(AtOnce))
        {
            foreach (var run in await Task.WhenAll(chunk.Select(c => RemoveAsync(c, cancellation))))
            {
                if (run is not null)
                    left.Add(run);
            }
        }
        foreach (var (agentId, run) in _open.Where(o => !left.Contains(o.Run)).ToList())
        {
            _open.Remove((agentId, run));
            _ = agent.Own(() => TellAsync(agentId, run, cancellation));
        }
        if (left.Count == 0)
            return null;
        var youngest = orphans.Except(ripe).Select(c => c.Created + agent.Options.OrphanGracePeriod - now).DefaultIfEmpty(AgainAfter).Min();
        return youngest > TimeSpan.Zero ? youngest : AgainAfter;

        bool IsDead(string run) => dead.TryGetValue(run, out var known) ? known : dead[run] = agent.Edges.Locks.IsDead(run);
    }

    private static string? RunOf(ContainerSummary container) => container.Labels.GetValueOrDefault(ContainerLabels.Run);

    /// <summary>Null where it is removed; its run where Docker refused: the node is not held up by that one.</summary>
    private async Task<string?> RemoveAsync(ContainerSummary orphan, CancellationToken cancellation)
    {
        var run = RunOf(orphan)!;
        Log.Orphan(agent.Log, orphan.Name, run);
        try
        {
            await agent.Docker.RemoveContainerAsync(orphan.Id, force: true, cancellation);
            return null;
        }
        catch (DockerException e) when (e.StatusCode is not null)
        {
            Log.DockerFailed(agent.Log, $"removing the orphan {orphan.Name}", e.Message);
            return run;
        }
    }

    /// <summary>Pods that must never run twice wait for this key.</summary>
    private async Task TellAsync(string agentId, string run, CancellationToken cancellation)
    {
        if (agent.Edges.Etcd is not { } etcd)
            return;
        for (var failures = 0; ; failures++)
        {
            try
            {
                await etcd.PutAsync(agent.Keys.Swept(agentId, run), "{}"u8.ToArray(), cancellation: cancellation);
                return;
            }
            catch (EtcdException e)
            {
                Log.EtcdFailed(agent.Log, $"telling that run {run} is swept", e.Message);
                await Task.Delay(Retry.Delay(failures, agent.Edges.Random), agent.Time, cancellation);
            }
        }
    }
}
