using Docker;
using Etcd;
using Loops;
using Model.Assignments;
using NodeAgent.Agent;

namespace NodeAgent.Orphans;

/// <summary>
/// Removes what dead runs of our executors left in Docker: containers of our framework and this machine, whose run's lock is free.
/// Nothing else is ever touched. It goes before everything else that an agent does, for the ports and the memory may be needed.
/// </summary>
internal sealed class OrphanSweep(AgentContext agent)
{
    private const int AtOnce = 8;
    private static readonly Backoff Retry = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(10);

    private readonly HashSet<(string AgentId, string Run)> _open = [];

    /// <summary>Ends when nothing is left that a later look could remove.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var again = await SweepUntilAnsweredAsync(cancellation);
        agent.SweepDone();
        while (again is { } after)
        {
            await Task.Delay(after, agent.Time, cancellation);
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
        var found = await agent.Docker.ListContainersAsync(
            [
                $"{ContainerLabels.FrameworkId}={agent.Options.FrameworkId}",
                $"{ContainerLabels.HostId}={agent.Edges.Locks.HostId}",
            ], cancellation);
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
