using System.Text;
using Docker;
using Etcd;
using LocalMesos.Core;
using Model;
using Model.Assignments;
using Model.Keys;
using Simulation.Cluster;
using Simulation.Engine;
using Simulation.Store;
using Simulation.World;
using SchedulerCall = Mesos.V1.Scheduler.Call;
using SchedulerEvent = Mesos.V1.Scheduler.Event;

namespace Simulation.Checks;

/// <summary>
/// What must hold at every instant (docs/architecture.md, "What must always hold"; the numbers are those). Each check hangs on
/// the event that could break it, so that it is asked exactly then.
/// </summary>
public sealed class ClusterChecks
{
    private readonly SimCluster _cluster;
    private readonly SimWorld _world;
    private TimeSpan _unknowingUntil;
    private readonly Dictionary<string, string> _agentOfUid = new(StringComparer.Ordinal);
    private readonly HashSet<string> _placedUids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _freedUids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _stateOfUpdate = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Created, long Observed)> _answered = new(StringComparer.Ordinal);

    internal ClusterChecks(SimCluster cluster)
    {
        _cluster = cluster;
        _world = cluster.World;
        cluster.Etcd.Store.Committed += OnCommit;
        cluster.Mesos.Told += OnTold;
        foreach (var machine in cluster.Machines)
        {
            machine.Docker.Started += OnStarted;
            machine.Docker.Happened += happened => OnDocker(machine.Docker, happened);
        }
    }

    /// <summary>By pod; the script keeps it up to date as it writes.</summary>
    public Dictionary<PodKey, PodWish> Wishes { get; } = [];

    /// <summary>Set once a machine, its executor or its Docker is harmed: then a healthy container may well have to end.</summary>
    public bool MachinesWereHarmed { get; set; }

    /// <summary>By somebody else: for the length of a lease its holder cannot know, and may still speak to Mesos.</summary>
    public void LeaseWasRevoked() => _unknowingUntil = _world.Elapsed + TimeSpan.FromSeconds(5);

    private KeyLayout Keys => _cluster.Keys;
    private EtcdStore Store => _cluster.Etcd.Store;

    internal void ReconcilerEnded(SimProcess process, bool wasAsked)
    {
        if (process.Failure is { } failure)
            _world.Fail("a loop never ends by an exception", $"{process.Name}: {failure}");
        else if (process.Ended is not null && !wasAsked)
            _world.Fail("a reconciler ends only when told to", $"{process.Name}: {process.Ended}");
    }

    internal void NodeAgentEnded(SimProcess process)
    {
        if (process.Failure is { } failure)
            _world.Fail("a loop never ends by an exception", $"{process.Name}: {failure}");
    }

    /// <summary>4 and 5, as a call leaves for the master.</summary>
    internal void MesosCallOf(string who, SchedulerCall call)
    {
        if (call.Type is SchedulerCall.Types.Type.Accept or SchedulerCall.Types.Type.Kill or SchedulerCall.Types.Type.Shutdown
            && !Leads(who) && _world.Elapsed > _unknowingUntil)
            _world.Fail("5, a deposed leader changes nothing", $"{who} sends {call.Type}, the leader is {Leader() ?? "nobody"}");
        if (call.Type == SchedulerCall.Types.Type.Acknowledge)
            MustBeStored(call.Acknowledge);
    }

    private void MustBeStored(SchedulerCall.Types.Acknowledge acknowledged)
    {
        const string Rule = "4, an acknowledged update is in etcd";
        var task = acknowledged.TaskId.Value;
        if (TaskIds.PodOf(task) is not var (pod, uid) || _freedUids.Contains(uid)
            || !_stateOfUpdate.TryGetValue(acknowledged.Uuid.ToBase64(), out var state))
            return;
        if (Store.Peek(Keys.Assignment(pod, uid)) is not { } kv)
            return;
        var stored = ModelJson.ReadAssignment(kv.Value.Span)?.Report?.State;
        if (stored != state)
            _world.Fail(Rule, $"{task}: {state} is acknowledged, the assignment says {stored ?? "nothing"}");
    }

    private void OnTold(SchedulerEvent told)
    {
        if (told.Update?.Status is { HasUuid: true } status)
            _stateOfUpdate[status.Uuid.ToBase64()] = SimWords.Of(status.State);
        for (var agent = 0; agent < _cluster.AgentCount; agent++)
            MustFit(agent, _cluster.Mesos.Account(agent));
    }

    /// <summary>8.</summary>
    private void MustFit(int agent, AgentAccount account)
    {
        if (!account.Total.Contains(account.Used.Unallocated()))
            _world.Fail("8, resources used never exceed what the agent has", $"agent {agent}: {account.Used} of {account.Total}");
    }

    private void OnCommit(Commit commit)
    {
        foreach (var stored in commit.Events)
        {
            var key = stored.Event.KeyValue.Key;
            if (Keys.AssignmentOf(key) is var (pod, uid))
                OnAssignment(commit, stored, pod, uid);
            if (key.StartsWith(Keys.PodStatuses, StringComparison.Ordinal))
                OnStatus(stored);
        }
        var own = commit.Events.All(e => e.Event.KeyValue.Key == Keys.Leader);
        if (commit.Writer.StartsWith("reconciler-", StringComparison.Ordinal) && !own && !Leads(commit.Writer))
            _world.Fail("5, a deposed leader changes nothing", $"r{commit.Revision} is {commit.Writer}'s, the leader is {Leader() ?? "nobody"}");
    }

    /// <summary>2; and who frees an assignment says in the same transaction what became of the pod.</summary>
    private void OnAssignment(Commit commit, StoredEvent stored, PodKey pod, string uid)
    {
        if (stored.Event.Kind == WatchEventKind.Put)
        {
            if (Store.PeekPrefix(Keys.AssignmentsOf(pod)).Count > 1)
                _world.Fail("2, at most one live assignment a pod", $"{pod} at r{commit.Revision}");
            if (stored.Before is null && !_placedUids.Add(uid))
                _world.Fail("1, a uid is used once", $"{pod} {uid} is placed again at r{commit.Revision}");
            return;
        }
        _freedUids.Add(uid);
        if (commit.Events.All(e => e.Event.KeyValue.Key != Keys.PodStatus(pod)) && Store.Peek(Keys.PodStatus(pod)) is not null)
            _world.Fail("4, the end is stored where the assignment is freed", $"{pod} {uid} at r{commit.Revision}");
    }

    /// <summary>6, in flight: an answer is never taken back for an older one.</summary>
    private void OnStatus(StoredEvent stored)
    {
        var kv = stored.Event.KeyValue;
        if (stored.Event.Kind == WatchEventKind.Delete)
        {
            _answered.Remove(kv.Key);
            return;
        }
        if (ModelJson.ReadPodStatus(kv.Value.Span) is not { } status)
        {
            _world.Fail("6, a status can be read", $"{kv.Key} = {Encoding.UTF8.GetString(kv.Value.Span)}");
            return;
        }
        if (_answered.TryGetValue(kv.Key, out var before) && before.Created == kv.CreateRevision && status.ObservedRevision < before.Observed)
            _world.Fail("6, status never goes backwards", $"{kv.Key} answers r{status.ObservedRevision} after r{before.Observed}");
        _answered[kv.Key] = (kv.CreateRevision, status.ObservedRevision);
    }

    /// <summary>1.</summary>
    private void OnStarted(SimContainer container)
    {
        var labels = container.Config.Labels;
        if (!labels.TryGetValue(ContainerLabels.Uid, out var uid) || !labels.TryGetValue(ContainerLabels.AgentId, out var agent))
        {
            _world.Fail("3, every container says whose it is", $"{container.Name} lacks uid or agent id");
            return;
        }
        if (_agentOfUid.TryAdd(uid, agent) || _agentOfUid[uid] == agent)
            return;
        _world.Fail("1, a uid runs on at most one agent", $"{uid} ran on {_agentOfUid[uid]}, and starts on {agent}");
    }

    /// <summary>7, on a machine that several agents share.</summary>
    internal void Removing(SimMachine machine, SimProcess process, ContainerDetails container)
    {
        if (container.Labels.TryGetValue(ContainerLabels.Run, out var run) && machine.IsAnothersRun(run, process))
            _world.Fail("7, nobody removes what another live agent runs", $"{process.Name} removes {container.Name} of run {run}");
    }

    /// <summary>7.</summary>
    private void OnDocker(DockerModel docker, ContainerEvent happened)
    {
        if (happened.Action != "die" || MachinesWereHarmed)
            return;
        var container = docker.Containers.First(c => c.Id == happened.ContainerId);
        if (container.Program.EndsAfter is not null || container.Marker() is not { } marker)
            return;
        var pod = new PodKey(container.Config.Labels[ContainerLabels.Namespace], container.Config.Labels[ContainerLabels.Pod]);
        if (Wishes.TryGetValue(pod, out var wish) && wish.Accepted?.Marker == marker)
            _world.Fail("7, nothing healthy is stopped", $"{container.Name} of {pod} is as wanted (marker {marker}) and ends");
    }

    private bool Leads(string who) => Leader() is { } leader && leader.Contains(who, StringComparison.Ordinal);

    private string? Leader() => Store.Peek(Keys.Leader) is { } kv ? Encoding.UTF8.GetString(kv.Value.Span) : null;
}
