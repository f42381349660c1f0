using Mesos;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Microsoft.Extensions.Logging;
using Reconciler.Control;

namespace Reconciler.Scheduling;

/// <summary>
/// All that the leader says to Mesos. Nothing is said once its lease may be over. A call that fails is logged and counts as lost:
/// whatever matters is repeated until its effect is seen (KILL, RECONCILE), or found out by reconciliation (ACCEPT).
/// </summary>
public sealed class MesosCalls(IMesosScheduler mesos, Leadership leadership, ILogger logger)
{
    /// <summary>An offer that is not needed is declined for long: REVIVE brings it back within milliseconds.</summary>
    private static readonly Filters NotNeeded = new() { RefuseSeconds = TimeSpan.FromHours(1).TotalSeconds };

    public string FrameworkId { get; set; } = "";

    public Task<bool> AcceptAsync(AgentOffer offer, IEnumerable<TaskInfo> tasks, CancellationToken cancellation)
    {
        var launch = new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Launch, Launch = new() };
        launch.Launch.TaskInfos.AddRange(tasks);
        var accept = new Call.Types.Accept { Filters = NotNeeded };
        accept.OfferIds.AddRange(offer.OfferIds.Select(id => new OfferID { Value = id }));
        accept.Operations.Add(launch);
        return SendAsync(new Call { Type = Call.Types.Type.Accept, Accept = accept }, cancellation);
    }

    public Task<bool> DeclineAsync(IEnumerable<AgentOffer> offers, CancellationToken cancellation)
    {
        var decline = new Call.Types.Decline { Filters = NotNeeded };
        decline.OfferIds.AddRange(offers.SelectMany(o => o.OfferIds).Select(id => new OfferID { Value = id }));
        return SendAsync(new Call { Type = Call.Types.Type.Decline, Decline = decline }, cancellation);
    }

    public Task<bool> ReviveAsync(CancellationToken cancellation) =>
        SendAsync(new Call { Type = Call.Types.Type.Revive }, cancellation);

    public Task<bool> KillAsync(string taskId, string agentId, int? gracePeriodSeconds, CancellationToken cancellation)
    {
        var kill = new Call.Types.Kill { TaskId = new TaskID { Value = taskId }, AgentId = new AgentID { Value = agentId } };
        if (gracePeriodSeconds is { } grace)
            kill.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = grace * 1_000_000_000L } };
        return SendAsync(new Call { Type = Call.Types.Type.Kill, Kill = kill }, cancellation);
    }

    /// <summary>Explicit for the tasks given; implicit, for all, where there are none.</summary>
    public Task<bool> ReconcileAsync(IEnumerable<(string TaskId, string AgentId)> tasks, CancellationToken cancellation)
    {
        var reconcile = new Call.Types.Reconcile();
        reconcile.Tasks.AddRange(tasks.Select(task => new Call.Types.Reconcile.Types.Task
        {
            TaskId = new TaskID { Value = task.TaskId },
            AgentId = new AgentID { Value = task.AgentId },
        }));
        return SendAsync(new Call { Type = Call.Types.Type.Reconcile, Reconcile = reconcile }, cancellation);
    }

    /// <summary>Only an update with a uuid is acknowledged: the others come from the master itself.</summary>
    public Task<bool> AcknowledgeAsync(Mesos.V1.TaskStatus status, CancellationToken cancellation) => SendAsync(
        new Call
        {
            Type = Call.Types.Type.Acknowledge,
            Acknowledge = new Call.Types.Acknowledge { AgentId = status.AgentId, TaskId = status.TaskId, Uuid = status.Uuid },
        },
        cancellation);

    private async Task<bool> SendAsync(Call call, CancellationToken cancellation)
    {
        if (!leadership.MayAct)
            return false;
        call.FrameworkId = new FrameworkID { Value = FrameworkId };
        try
        {
            await mesos.SendAsync(call, cancellation);
            return true;
        }
        catch (MesosException e)
        {
            Log.CallFailed(logger, call.Type.ToString(), e.Message);
            return false;
        }
    }
}
