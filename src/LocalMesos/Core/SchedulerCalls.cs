using Mesos.V1;
using CallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Core;

/// <summary>The master's scheduler API: who may call, and what a call sets off.</summary>
internal sealed class SchedulerCalls(
    World world, Allocator allocator, StatusUpdates updates, Executors executors,
    Subscriptions subscriptions, Launches launches, Reconciliation reconciliation)
{
    private const int UuidLength = 16;

    public CallAnswer Subscribe(StreamId stream, SchedulerCall call) =>
        Fault(call) is { } fault
            ? CallAnswer.Bad($"Failed to validate scheduler::Call: {fault}")
            : subscriptions.Subscribe(stream, call.Subscribe);

    public CallAnswer Call(string? streamId, SchedulerCall call)
    {
        if (Fault(call) is { } fault)
            return CallAnswer.Bad($"Failed to validate scheduler::Call: {fault}");
        if (call.Type == CallType.Subscribe)
            return CallAnswer.Bad("Subscribe calls should not include the 'Mesos-Stream-Id' header");
        if (!world.Frameworks.TryGetValue(call.FrameworkId.Value, out var framework))
            return CallAnswer.Bad("Framework cannot be found");
        if (framework.Stream is not { } stream)
            return CallAnswer.Forbidden("Framework is not subscribed");
        if (streamId is null)
            return CallAnswer.Bad("All non-subscribe calls should include the 'Mesos-Stream-Id' header");
        if (streamId != stream.Value)
        {
            return CallAnswer.Bad($"The stream ID '{streamId}' included in this request didn't match "
                + $"the stream ID currently associated with framework ID {framework.Id}");
        }
        return Perform(framework, call);
    }

    private CallAnswer Perform(Framework framework, SchedulerCall call)
    {
        switch (call.Type)
        {
            case CallType.Accept:
                launches.Accept(framework, call.Accept);
                break;
            case CallType.Decline:
                launches.Decline(framework, call.Decline);
                break;
            case CallType.Revive:
                Revive(framework, call.Revive?.Roles);
                break;
            case CallType.Suppress:
                framework.SuppressedRoles.UnionWith(call.Suppress?.Roles is { Count: > 0 } roles ? roles : framework.Roles);
                break;
            case CallType.Kill:
                reconciliation.Kill(framework, call.Kill);
                break;
            case CallType.Reconcile:
                reconciliation.Reconcile(framework, call.Reconcile.Tasks);
                break;
            case CallType.Acknowledge:
                updates.Acknowledge(framework, call.Acknowledge.AgentId, call.Acknowledge.TaskId, call.Acknowledge.Uuid);
                break;
            case CallType.Message:
                if (Find(framework, call.Message.AgentId, call.Message.ExecutorId) is { State: ExecutorState.Running } running)
                    world.Send(running, Events.Message(call.Message.Data));
                break;
            case CallType.Shutdown:
                if (Find(framework, call.Shutdown.AgentId, call.Shutdown.ExecutorId) is { } executor)
                    executors.Shutdown(executor);
                break;
            case CallType.Teardown:
                subscriptions.Remove(framework);
                break;
            case CallType.UpdateFramework:
                return subscriptions.Update(framework, call.UpdateFramework);
            case CallType.AcceptInverseOffers or CallType.DeclineInverseOffers or CallType.Request
                or CallType.AcknowledgeOperationStatus or CallType.ReconcileOperations:
                // There are no inverse offers and no operations here, and Mesos itself ignores REQUEST.
                break;
            case CallType.Subscribe or CallType.Unknown:
            default:
                throw new InvalidOperationException($"{call.Type} is not handled here");
        }
        return CallAnswer.Accepted;
    }

    private void Revive(Framework framework, IReadOnlyCollection<string>? roles)
    {
        var all = roles is not { Count: > 0 };
        allocator.ClearFilters(framework, all ? null : roles);
        if (all)
            framework.SuppressedRoles.Clear();
        else
            framework.SuppressedRoles.ExceptWith(roles!);
        allocator.Allocate();
    }

    private Executor? Find(Framework framework, AgentID agentId, ExecutorID executorId) =>
        world.FindAgent(agentId.Value) is { IsConnected: true } agent ? agent.Find(framework, executorId.Value) : null;

    /// <summary>What is wrong with a call, in Mesos' words.</summary>
    private static string? Fault(SchedulerCall call)
    {
        if (!call.HasType || call.Type == CallType.Unknown || !Enum.IsDefined(call.Type))
            return "Expecting 'type' to be present";
        if (call.Type == CallType.Subscribe)
        {
            if (call.Subscribe is null)
                return "Expecting 'subscribe' to be present";
            return (call.FrameworkId?.Value ?? "") != (call.Subscribe.FrameworkInfo.Id?.Value ?? "")
                ? "'framework_id' differs from 'subscribe.framework_info.id'"
                : null;
        }
        if (call.FrameworkId is null)
            return "Expecting 'framework_id' to be present";
        if (IsIncomplete(call))
            return $"Expecting '{NameOf(call.Type)}' to be present";
        return call.Type == CallType.Acknowledge && call.Acknowledge.Uuid.Length != UuidLength ? "Not a valid UUID" : null;
    }

    private static bool IsIncomplete(SchedulerCall call) => call.Type switch
    {
        CallType.Accept => call.Accept is null,
        CallType.Decline => call.Decline is null,
        CallType.AcceptInverseOffers => call.AcceptInverseOffers is null,
        CallType.DeclineInverseOffers => call.DeclineInverseOffers is null,
        CallType.Kill => call.Kill is null,
        CallType.Shutdown => call.Shutdown is null,
        CallType.Acknowledge => call.Acknowledge is null,
        CallType.AcknowledgeOperationStatus => call.AcknowledgeOperationStatus is null,
        CallType.Reconcile => call.Reconcile is null,
        CallType.ReconcileOperations => call.ReconcileOperations is null,
        CallType.Message => call.Message is null,
        CallType.UpdateFramework => call.UpdateFramework is null,
        _ => false,
    };

    private static string NameOf(CallType type) => type switch
    {
        CallType.AcceptInverseOffers => "accept_inverse_offers",
        CallType.DeclineInverseOffers => "decline_inverse_offers",
        CallType.AcknowledgeOperationStatus => "acknowledge_operation_status",
        CallType.ReconcileOperations => "reconcile_operations",
        CallType.UpdateFramework => "update_framework",
        _ => type.ToString().ToLowerInvariant(),
    };
}
