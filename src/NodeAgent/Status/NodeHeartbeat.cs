using Docker;
using Etcd;
using Loops;
using Model;
using Model.Assignments;
using Model.Status;
using NodeAgent.Agent;

namespace NodeAgent.Status;

/// <summary>
/// Keeps nodes/{agent id} under a lease while the node task runs: what this machine is, and whether its Docker answers. A lease that
/// was lost is granted anew; one that etcd says it keeps although its key is gone (a fault of etcd 3.4) counts as lost.
/// </summary>
internal sealed class NodeHeartbeat(AgentContext agent, DateTimeOffset startedAt)
{
    private const string DockerReady = "DockerReady";
    private static readonly Backoff Retry = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));

    private readonly Signal _changed = new(agent.Time);
    private EngineInfo? _engine;
    private IReadOnlyList<Condition> _conditions = [];
    private byte[] _published = [];
    private long _lease;

    /// <summary>Until cancelled; then the lease is given back, so that the key does not outlive the task.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken lifetime)
    {
        if (agent.Edges.Etcd is not { } etcd)
            return;
        agent.Watch.TroubleChanged += _changed.Set;
        try
        {
            for (var failures = 0; ; failures++)
            {
                try
                {
                    await BeatAsync(etcd, stop);
                    failures = -1;
                }
                catch (EtcdLeaseNotFoundException)
                {
                    _lease = 0;
                }
                catch (EtcdException e)
                {
                    Log.EtcdFailed(agent.Log, "keeping the node's key", e.Message);
                    await Task.Delay(Retry.Delay(failures, agent.Edges.Random), agent.Time, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !lifetime.IsCancellationRequested)
        {
            await RevokeAsync(etcd, lifetime);
        }
        finally
        {
            agent.Watch.TroubleChanged -= _changed.Set;
        }
    }

    /// <summary>One third of the TTL: publishes what has changed, and renews.</summary>
    private async Task BeatAsync(IEtcd etcd, CancellationToken stop)
    {
        if (_lease == 0)
        {
            _lease = (await etcd.GrantLeaseAsync(agent.Options.NodeTtl, stop)).Id;
            _published = [];
        }
        var value = ModelJson.Write(await InfoAsync(stop));
        if (!value.AsSpan().SequenceEqual(_published))
        {
            await etcd.PutAsync(agent.Keys.Node(agent.AgentId), value, _lease, stop);
            _published = value;
        }
        await _changed.WaitAsync(agent.Options.NodeTtl / 3, stop);
        if (await etcd.KeepLeaseAliveAsync(_lease, stop) <= TimeSpan.Zero
            || await etcd.GetAsync(agent.Keys.Node(agent.AgentId), stop) is null)
            _lease = 0;
    }

    private async Task<NodeInfo> InfoAsync(CancellationToken stop)
    {
        var trouble = agent.Watch.Trouble;
        try
        {
            _engine ??= await agent.Docker.InfoAsync(stop);
        }
        catch (DockerException e)
        {
            trouble ??= e.Message;
        }
        _conditions = _conditions.With(new Condition
        {
            Type = DockerReady,
            Status = trouble is null ? ConditionStatus.True : ConditionStatus.False,
            Reason = trouble is null ? null : "DockerUnreachable",
            Message = trouble,
            LastTransitionTime = agent.Time.GetUtcNow(),
        });
        return new NodeInfo
        {
            AgentId = agent.AgentId,
            Hostname = agent.Hostname,
            HostId = agent.Edges.Locks.HostId,
            ExecutorId = agent.Options.ExecutorId,
            Run = agent.Options.Run,
            AgentVersion = agent.Options.Version is { Length: > 0 } version ? version : null,
            DockerVersion = _engine?.Version,
            KernelVersion = _engine?.KernelVersion,
            OperatingSystem = _engine?.OperatingSystem,
            Attributes = agent.Attributes,
            Conditions = _conditions,
            StartedAt = startedAt,
        };
    }

    private async Task RevokeAsync(IEtcd etcd, CancellationToken lifetime)
    {
        if (_lease == 0)
            return;
        try
        {
            await etcd.RevokeLeaseAsync(_lease, lifetime);
        }
        catch (EtcdException e)
        {
            // It ends by itself within its TTL.
            Log.EtcdFailed(agent.Log, "giving back the node's lease", e.Message);
        }
    }
}
