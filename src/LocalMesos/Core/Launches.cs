using Google.Protobuf.Collections;
using Mesos.Resources;
using Mesos.V1;
using Reason = Mesos.V1.TaskStatus.Types.Reason;

namespace LocalMesos.Core;

/// <summary>ACCEPT and DECLINE: offers are used up, tasks validated one by one in order, the rest refused.</summary>
internal sealed class Launches(World world, Allocator allocator, StatusUpdates updates, Executors executors)
{
    public void Accept(Framework framework, SchedulerCall.Types.Accept accept)
    {
        var offers = new List<PendingOffer>();
        if (FaultOfOffers(framework, accept.OfferIds, offers) is { } fault)
        {
            foreach (var offer in offers)
                allocator.Withdraw(offer);
            foreach (var task in Tasks(accept))
            {
                updates.FromMaster(framework, task.TaskId, TaskState.TaskDropped, Reason.InvalidOffers,
                    $"Task launched with invalid offers: {fault}", task.AgentId);
            }
            return;
        }
        var (agent, role) = (offers[0].Agent, offers[0].Role);
        var rest = ResourceBag.Empty;
        foreach (var offer in offers)
        {
            allocator.Withdraw(offer);
            rest += offer.Resources;
        }
        foreach (var operation in accept.Operations)
        {
            if (operation.Type == Offer.Types.Operation.Types.Type.Launch)
            {
                foreach (var task in operation.Launch?.TaskInfos ?? [])
                    rest = Launch(framework, agent, role, task, rest);
            }
            else
            {
                Refuse(framework, operation);
            }
        }
        if (!rest.IsEmpty)
            allocator.Refuse(framework, agent, role, rest, accept.Filters);
    }

    public void Decline(Framework framework, SchedulerCall.Types.Decline decline)
    {
        foreach (var id in decline.OfferIds)
        {
            // An offer that is gone, or another's: there is nothing to decline.
            if (!world.Offers.TryGetValue(id.Value, out var offer) || offer.Framework != framework)
                continue;
            allocator.Withdraw(offer);
            allocator.Refuse(framework, offer.Agent, offer.Role, offer.Resources, decline.Filters);
        }
    }

    /// <summary>Returns what is left of the offered resources.</summary>
    private ResourceBag Launch(Framework framework, Agent agent, string role, TaskInfo given, ResourceBag offered)
    {
        var info = Complete(framework, role, given);
        var existing = info.Executor is null ? null : agent.Find(framework, info.Executor.ExecutorId.Value);
        // The master has forgotten an executor that ended, though its agent still has updates of it.
        var known = existing is { State: ExecutorState.Terminated } ? null : existing;
        var available = framework.IsMultiRole ? offered.AllocatedTo(role) : offered;
        if (LaunchValidation.Fault(info, framework, agent, known, available) is { } fault)
        {
            updates.FromMaster(framework, info.TaskId, TaskState.TaskError, Reason.TaskInvalid, fault, info.AgentId);
            return offered;
        }
        var used = ResourceBag.FromProto(info.Resources).Unallocated();
        agent.Used += used;
        var rest = offered - used;
        if (existing is null)
        {
            var own = ResourceBag.FromProto(info.Executor!.Resources).Unallocated();
            agent.Used += own;
            rest -= own;
            existing = executors.Start(framework, agent, info.Executor);
        }
        var task = new MesosTask(framework, agent, existing, info);
        framework.Tasks.Add(task.Id, task);
        executors.Launch(task);
        return rest;
    }

    /// <summary>With what the master fills in: the framework id, and the offer's role where none is named.</summary>
    private static TaskInfo Complete(Framework framework, string role, TaskInfo given)
    {
        var info = given.Clone();
        info.Resources.Clear();
        info.Resources.Add(Roles.Allocate(given.Resources, framework, role));
        if (info.Executor is { } executor)
        {
            executor.FrameworkId ??= new() { Value = framework.Id };
            executor.Resources.Clear();
            executor.Resources.Add(Roles.Allocate(given.Executor.Resources, framework, role));
        }
        return info;
    }

    /// <summary>Fills in the offers that are there; returns what is wrong with them, in Mesos' words.</summary>
    private string? FaultOfOffers(Framework framework, RepeatedField<OfferID> ids, List<PendingOffer> offers)
    {
        string? fault = ids.Count == 0 ? "No offers specified" : null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (!seen.Add(id.Value))
                fault ??= $"Duplicate offer {id.Value} in offer list";
            else if (!world.Offers.TryGetValue(id.Value, out var offer))
                fault ??= $"Offer {id.Value} is no longer valid";
            else if (offer.Framework != framework)
                fault ??= $"Offer {id.Value} has invalid framework {offer.Framework.Id} while framework {framework.Id} is expected";
            else
                offers.Add(offer);
        }
        if (offers.Find(o => o.Agent != offers[0].Agent) is { } other)
        {
            fault ??= "Aggregated offers must belong to one single agent. "
                + $"Offer {other.Id.Value} uses agent {other.Agent.Id.Value} and agent {offers[0].Agent.Id.Value}";
        }
        if (offers.Find(o => o.Role != offers[0].Role) is { } differing)
        {
            fault ??= "Aggregated offers must be allocated to the same role. "
                + $"Offer {differing.Id.Value} uses role '{differing.Role}' but another is using role '{offers[0].Role}'";
        }
        return fault;
    }

    /// <summary>Operations that this master does not perform: their tasks end in an update, the rest has no effect.</summary>
    private void Refuse(Framework framework, Offer.Types.Operation operation)
    {
        foreach (var task in operation.LaunchGroup?.TaskGroup.Tasks ?? [])
        {
            updates.FromMaster(framework, task.TaskId, TaskState.TaskError, Reason.TaskGroupInvalid,
                "Task groups are not supported by local-mesos", task.AgentId);
        }
    }

    private static IEnumerable<TaskInfo> Tasks(SchedulerCall.Types.Accept accept) => accept.Operations.SelectMany(operation =>
        operation.Launch?.TaskInfos ?? operation.LaunchGroup?.TaskGroup.Tasks ?? Enumerable.Empty<TaskInfo>());
}
