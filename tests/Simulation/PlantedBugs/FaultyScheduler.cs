using System.Runtime.CompilerServices;
using Mesos;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;

namespace Simulation.PlantedBugs;

/// <summary>A scheduler that acknowledges before anything is stored, hears no answer to reconciliation, or kills but once.</summary>
internal sealed class FaultyScheduler(IMesosScheduler mesos, Bugs bugs) : IMesosScheduler
{
    private readonly HashSet<string> _killed = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<Event> SubscribeAsync(FrameworkInfo framework, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var received in mesos.SubscribeAsync(framework, cancellation))
        {
            var status = received.Update?.Status;
            if (bugs.DeafToReconciliation && status is { Reason: Mesos.V1.TaskStatus.Types.Reason.Reconciliation })
                continue;
            if (bugs.AcknowledgesFirst && status is { HasUuid: true })
                await AcknowledgeAsync(status, cancellation);
            yield return received;
        }
    }

    public Task SendAsync(Call call, CancellationToken cancellation) =>
        bugs.KillsOnce && call.Kill is { } kill && !_killed.Add(kill.TaskId.Value) ? Task.CompletedTask : mesos.SendAsync(call, cancellation);

    private async Task AcknowledgeAsync(Mesos.V1.TaskStatus status, CancellationToken cancellation)
    {
        var acknowledge = new Call
        {
            Type = Call.Types.Type.Acknowledge,
            Acknowledge = new Call.Types.Acknowledge { AgentId = status.AgentId, TaskId = status.TaskId, Uuid = status.Uuid },
        };
        try
        {
            await mesos.SendAsync(acknowledge, cancellation);
        }
        catch (MesosException)
        {
            // Lost, as any other call may be.
        }
    }
}
