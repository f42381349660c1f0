using Mesos.V1;
using Reason = Mesos.V1.TaskStatus.Types.Reason;
using CallType = Mesos.V1.Executor.Call.Types.Type;

namespace LocalMesos.Core;

/// <summary>An agent's executor API.</summary>
internal sealed class ExecutorCalls(World world, StatusUpdates updates, Executors executors)
{
    private const int UuidLength = 16;

    public CallAnswer Subscribe(Agent agent, ConnectionId connection, ExecutorCall call)
    {
        if (Fault(call) is { } fault)
            return CallAnswer.Bad($"Failed to validate Executor::Call: {fault}");
        if (Find(agent, call, out var executor) is { } refusal)
            return refusal;
        if (executor.State is ExecutorState.Terminating or ExecutorState.Terminated)
        {
            world.Effects.Add(new Effect.SendToExecutor(connection, Events.Shutdown));
            world.Effects.Add(new Effect.CloseExecutor(connection));
            return CallAnswer.Stream;
        }
        executors.CloseConnection(executor, abrupt: false);
        world.Timers.Cancel(executor.Deadline);
        executor.State = ExecutorState.Running;
        executor.AwaitedByRecovery = false;
        executor.Connection = connection;
        world.Connections.Add(connection, executor);
        DropUnknown(executor, call.Subscribe);
        world.Send(executor, Subscribed(executor));
        foreach (var update in call.Subscribe.UnacknowledgedUpdates)
            updates.FromExecutor(executor, update.Status);
        if (!executor.EverSentTask && executor.Queued.Count == 0)
        {
            // All its tasks were killed before it came.
            executors.Shutdown(executor);
            return CallAnswer.Stream;
        }
        foreach (var task in executor.Queued.ToList())
            executors.Deliver(task);
        executor.Queued.Clear();
        return CallAnswer.Stream;
    }

    public CallAnswer Call(Agent agent, ExecutorCall call)
    {
        if (Fault(call) is { } fault)
            return CallAnswer.Bad($"Failed to validate Executor::Call: {fault}");
        if (agent.State == AgentState.Recovering)
            return CallAnswer.Unavailable("Agent has not finished recovery");
        if (Find(agent, call, out var executor) is { } refusal)
            return refusal;
        if (executor.State == ExecutorState.Registering)
            return CallAnswer.Forbidden("Executor is not subscribed");
        switch (call.Type)
        {
            case CallType.Update:
                updates.FromExecutor(executor, call.Update.Status);
                break;
            case CallType.Message:
                world.Send(executor.Framework, Events.Message(agent.Id, executor.Info.ExecutorId, call.Message.Data));
                break;
            case CallType.Heartbeat:
                // Says only that the connection is alive.
                break;
            case CallType.Subscribe or CallType.Unknown:
            default:
                throw new InvalidOperationException($"{call.Type} is not handled here");
        }
        return CallAnswer.Accepted;
    }

    /// <summary>What is wrong with a call, in Mesos' words.</summary>
    public static string? Fault(ExecutorCall call) => call.Type switch
    {
        CallType.Subscribe when call.Subscribe is null => "Expecting 'subscribe' to be present",
        CallType.Update when call.Update is null => "Expecting 'update' to be present",
        CallType.Update => FaultOfUpdate(call, call.Update.Status),
        CallType.Message when call.Message is null => "Expecting 'message' to be present",
        CallType.Subscribe or CallType.Message or CallType.Heartbeat => null,
        _ => "Expecting 'type' to be present",
    };

    private static string? FaultOfUpdate(ExecutorCall call, TaskStatus status)
    {
        var executor = call.ExecutorId.Value;
        if (!status.HasUuid)
            return "Expecting 'uuid' to be present";
        if (status.Uuid.Length != UuidLength)
            return "Not a valid UUID";
        if (status.ExecutorId is { } other && other.Value != executor)
            return $"ExecutorID in Call: {executor} does not match ExecutorID in TaskStatus: {other.Value}";
        if (status.Source != TaskStatus.Types.Source.Executor)
        {
            return $"Received Call from executor {executor} of framework {call.FrameworkId.Value} "
                + "with invalid source, expecting 'SOURCE_EXECUTOR'";
        }
        return status.State == TaskState.TaskStaging
            ? $"Received TASK_STAGING from executor {executor} of framework {call.FrameworkId.Value} which is not allowed"
            : null;
    }

    private CallAnswer? Find(Agent agent, ExecutorCall call, out Executor executor)
    {
        executor = null!;
        if (!world.Frameworks.TryGetValue(call.FrameworkId.Value, out var framework)
            && !agent.Executors.Keys.Any(k => k.Framework == call.FrameworkId.Value))
            return CallAnswer.Bad("Framework cannot be found");
        if (!agent.Executors.TryGetValue((call.FrameworkId.Value, call.ExecutorId.Value), out var found))
            return CallAnswer.Bad("Executor cannot be found");
        executor = found;
        return null;
    }

    /// <summary>A delivered task of which the executor says nothing may never have reached it: Mesos gives it up.</summary>
    private void DropUnknown(Executor executor, ExecutorCall.Types.Subscribe subscribe)
    {
        var listed = subscribe.UnacknowledgedTasks.Select(t => t.TaskId.Value)
            .Concat(subscribe.UnacknowledgedUpdates.Select(u => u.Status.TaskId.Value))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var task in executor.Launched.Values.Where(t => t.State == TaskState.TaskStaging && !listed.Contains(t.Id)).ToList())
        {
            updates.FromAgent(task, TaskState.TaskDropped, Reason.AgentRestarted, "Task launched during agent restart");
        }
    }

    private static ExecutorEvent Subscribed(Executor executor) => new()
    {
        Type = Mesos.V1.Executor.Event.Types.Type.Subscribed,
        Subscribed = new()
        {
            ExecutorInfo = executor.Info,
            FrameworkInfo = executor.Framework.Info,
            AgentInfo = executor.Agent.Info,
            ContainerId = executor.ContainerId,
        },
    };
}
