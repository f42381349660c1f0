using Google.Protobuf;
using Mesos.Resources;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Microsoft.Extensions.Logging.Abstractions;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using Reconciler.Control;
using Reconciler.Controllers;
using Reconciler.Scheduling;
using Reconciler.State;
using Reconciler.Store;
using Testing;
using TaskStatus = Mesos.V1.TaskStatus;

namespace Reconciler.Tests;

/// <summary>A leader's parts over a real etcd, without the loop: the test does each step itself, by its own clock.</summary>
internal sealed class ControllerRig : IAsyncDisposable
{
    private readonly KeyLayout _keys;
    private readonly StateMirror _mirror;
    private readonly Leadership _leadership;

    private ControllerRig(FaultyEtcd etcd, KeyLayout keys, Leadership leadership)
    {
        (_keys, _leadership) = (keys, leadership);
        Etcd = etcd;
        var logger = NullLogger.Instance;
        var executor = new AgentExecutor(new AgentSource { Path = "/bin/true" }, keys.Prefix, "reconciler");
        State = new ClusterState(keys);
        _mirror = new StateMirror(etcd, keys, State, Clock, logger);
        Store = new FencedStore(etcd, keys.Leader, leadership.Revision);
        Pending = new PendingPods(Clock);
        Kills = new KillQueue(Clock);
        Owed = new Reconciliation(Clock, new Random(1));
        Pods = new PodController(State, keys, Pending, Kills, Clock, logger);
        Nodes = new NodeController(State, keys, executor, Pending, Owed, Clock, logger);
        Updates = new TaskUpdates(State, keys, Pods, Nodes, Kills, Owed, Clock, logger);
        Placement = new PlacementController(State, keys, executor, Pods, Nodes, Pending, Owed, Clock, logger);
        Calls = new MesosCalls(Mesos, leadership, logger) { FrameworkId = "fw-1" };
    }

    public FaultyEtcd Etcd { get; }
    public ManualTimeProvider Clock { get; } = new();
    public OneMachine Mesos { get; } = new() { Answer = null };
    public ClusterState State { get; }
    public FencedStore Store { get; }
    public PendingPods Pending { get; }
    public KillQueue Kills { get; }
    public Reconciliation Owed { get; }
    public PodController Pods { get; }
    public NodeController Nodes { get; }
    public TaskUpdates Updates { get; }
    public PlacementController Placement { get; }
    public MesosCalls Calls { get; }

    public static async Task<ControllerRig> StartAsync(FaultyEtcd etcd, KeyLayout keys)
    {
        // The clock stands still, so the lease is not renewed: it must outlast the test.
        var leadership = await Leadership.CampaignAsync(etcd, keys.Leader, "rig", TimeSpan.FromMinutes(10), new ManualTimeProvider(), _ => { }, default);
        return new ControllerRig(etcd, keys, leadership);
    }

    /// <summary>Reads everything, and does what is decided.</summary>
    public async Task DecideAsync()
    {
        await _mirror.ListAsync(default);
        await Pods.ReadDoubtfulAsync(Etcd, default);
        await Store.CommitAsync(Pods.Decide(State.TakeDirty()), default);
    }

    /// <summary>From a spec to a launched task.</summary>
    public async Task<Assignment> LaunchAsync(PodKey pod)
    {
        await DecideAsync();
        var offer = new Offer
        {
            Id = new OfferID { Value = $"offer-of-{pod.Name}" },
            AgentId = new AgentID { Value = OneMachine.AgentId },
            Hostname = "host-1",
        };
        offer.Resources.AddRange(ResourceText.Parse("cpus:4;mem:4096;ports:[31000-31999]").AllocatedTo("reconciler").ToProto());
        Placement.Offers.Add([offer]);
        await Placement.PlaceAsync(Store, Calls, default);
        return State.Pods[pod].Live!.Value!;
    }

    public static TaskStatus Status(
        string taskId, TaskState state, PodStatus? told = null, bool withUuid = true, TaskStatus.Types.Reason? reason = null)
    {
        var status = new TaskStatus { TaskId = new TaskID { Value = taskId }, AgentId = new AgentID { Value = OneMachine.AgentId }, State = state };
        if (withUuid)
            status.Uuid = ByteString.CopyFrom(Guid.NewGuid().ToByteArray());
        if (told is not null)
            status.Data = ByteString.CopyFrom(ModelJson.Write(told));
        if (reason is { } why)
            status.Reason = why;
        return status;
    }

    public async Task HearAsync(params TaskStatus[] updates)
    {
        foreach (var update in updates)
            Updates.Add(update);
        await Updates.StoreAsync(Store, Calls, default);
    }

    public IReadOnlyList<string> Acknowledged => [.. Mesos.Calls.Where(c => c.Type == Call.Types.Type.Acknowledge).Select(c => c.Acknowledge.TaskId.Value)];

    public async ValueTask DisposeAsync() => await _leadership.DisposeAsync();
}
