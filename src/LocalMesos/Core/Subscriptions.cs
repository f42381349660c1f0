using System.Globalization;
using Mesos.Resources;
using Mesos.V1;
using Schedulers = Mesos.V1.Scheduler;

namespace LocalMesos.Core;

/// <summary>Frameworks come, fail over, go away for a while, and are removed.</summary>
internal sealed class Subscriptions(World world, Allocator allocator, StatusUpdates updates, Executors executors)
{
    public CallAnswer Subscribe(StreamId stream, SchedulerCall.Types.Subscribe subscribe)
    {
        var info = subscribe.FrameworkInfo;
        var known = info.Id is null ? null : world.Frameworks.GetValueOrDefault(info.Id.Value);
        if (Fault(info, known) is { } fault)
        {
            // Not a refusal of the call: a stream whose first event is its last.
            world.Effects.Add(new Effect.SendToScheduler(stream, Events.Error(fault)));
            world.Effects.Add(new Effect.CloseScheduler(stream));
            return CallAnswer.Stream;
        }
        var wasConnected = known?.Stream is not null;
        var framework = known is null ? Add(info) : FailOver(known, info);
        Open(framework, stream, subscribe.SuppressedRoles);
        if (wasConnected)
            allocator.Request();
        else
            allocator.Allocate();
        updates.Resume(framework);
        return CallAnswer.Stream;
    }

    /// <summary>UPDATE_FRAMEWORK.</summary>
    public CallAnswer Update(Framework framework, SchedulerCall.Types.UpdateFramework update)
    {
        var info = update.FrameworkInfo;
        if ((FaultOfInfo(info) ?? FaultOfChange(info, framework.Info)
            ?? (info.User != framework.Info.User ? "Changing framework's user is not allowed." : null)
            ?? (info.Checkpoint != framework.Info.Checkpoint ? "Changing framework's checkpoint is not allowed." : null)) is { } fault)
        {
            return CallAnswer.Bad($"FrameworkInfo update is invalid: {fault}");
        }
        framework.Info = info.Clone();
        framework.Info.Id = new() { Value = framework.Id };
        framework.SuppressedRoles.Clear();
        framework.SuppressedRoles.UnionWith(update.SuppressedRoles);
        allocator.Request();
        return CallAnswer.Done;
    }

    /// <summary>The connection broke: offers are void, and the failover timeout runs.</summary>
    public void Disconnected(Framework framework)
    {
        Close(framework);
        allocator.ClearFilters(framework);
        var timeout = Math.Max(0, framework.Info.FailoverTimeout);
        if (timeout == 0)
        {
            Remove(framework);
            return;
        }
        if (timeout <= TimeSpan.FromDays(36500).TotalSeconds)
            framework.Failover = world.After(TimeSpan.FromSeconds(timeout), () => Remove(framework));
    }

    /// <summary>TEARDOWN, and the end of the failover timeout: all that it has ends, and its id is never taken again.</summary>
    public void Remove(Framework framework)
    {
        if (framework.Stream is { } stream)
            world.Effects.Add(new Effect.CloseScheduler(stream));
        Close(framework);
        world.Timers.Cancel(framework.Failover);
        allocator.ClearFilters(framework);
        world.Frameworks.Remove(framework.Id);
        world.RemovedFrameworks.Add(framework.Id);
        foreach (var task in framework.Tasks.Values)
            updates.Release(task);
        framework.Tasks.Clear();
        foreach (var agent in world.Agents)
        {
            foreach (var executor in agent.Executors.Values.Where(e => e.Framework == framework).ToList())
                Abandon(agent, executor);
            updates.Drop(agent, framework);
        }
        allocator.Request();
    }

    public void Heartbeat(Framework framework)
    {
        world.Send(framework, Events.Heartbeat);
        framework.Heartbeat = world.After(world.Options.HeartbeatInterval, () => Heartbeat(framework));
    }

    private void Abandon(Agent agent, Executor executor)
    {
        if (executor.State == ExecutorState.Terminated)
        {
            agent.Executors.Remove((executor.Framework.Id, executor.Id));
            return;
        }
        agent.Used -= ResourceBag.FromProto(executor.Info.Resources).Unallocated();
        executor.Queued.Clear();
        executor.Launched.Clear();
        executors.Shutdown(executor);
    }

    private Framework Add(FrameworkInfo info)
    {
        var completed = info.Clone();
        completed.Id ??= new() { Value = world.NextFrameworkId() };
        var framework = new Framework(world.NextFrameworkNumber(), completed.Id.Value, completed);
        world.Frameworks.Add(framework.Id, framework);
        return framework;
    }

    private Framework FailOver(Framework framework, FrameworkInfo info)
    {
        if (framework.Stream is { } old)
        {
            world.Effects.Add(new Effect.SendToScheduler(old, Events.Error("Framework failed over")));
            world.Effects.Add(new Effect.CloseScheduler(old));
            Close(framework);
        }
        world.Timers.Cancel(framework.Failover);
        framework.Failover = null;
        var changed = info.Clone();
        // These two stay as they were, without a word.
        changed.User = framework.Info.User;
        changed.Checkpoint = framework.Info.Checkpoint;
        framework.Info = changed;
        return framework;
    }

    private void Open(Framework framework, StreamId stream, IEnumerable<string> suppressed)
    {
        framework.Stream = stream;
        world.Streams.Add(stream, framework);
        framework.SuppressedRoles.Clear();
        framework.SuppressedRoles.UnionWith(suppressed);
        world.Send(framework, new SchedulerEvent
        {
            Type = Schedulers.Event.Types.Type.Subscribed,
            Subscribed = new()
            {
                FrameworkId = new() { Value = framework.Id },
                HeartbeatIntervalSeconds = world.Options.HeartbeatInterval.TotalSeconds,
                MasterInfo = world.MasterInfo,
            },
        });
        Heartbeat(framework);
    }

    private void Close(Framework framework)
    {
        if (framework.Stream is { } stream)
            world.Streams.Remove(stream);
        framework.Stream = null;
        world.Timers.Cancel(framework.Heartbeat);
        allocator.WithdrawAll(framework);
    }

    private string? Fault(FrameworkInfo info, Framework? known)
    {
        if (FaultOfInfo(info) is { } fault)
            return fault;
        if (info.Id is not null && world.RemovedFrameworks.Contains(info.Id.Value))
            return "Framework has been removed";
        return known is null ? null : FaultOfChange(info, known.Info);
    }

    private static string? FaultOfInfo(FrameworkInfo info)
    {
        if (info.Id is not null && LaunchValidation.FaultOfId(info.Id.Value) is { } fault)
            return fault;
        var isMultiRole = info.Capabilities.Any(c => c.Type == FrameworkInfo.Types.Capability.Types.Type.MultiRole);
        if (isMultiRole && info.HasRole)
            return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
        if (!isMultiRole && info.Roles.Count > 0)
            return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
        if (isMultiRole && info.Roles.Distinct(StringComparer.Ordinal).Count() != info.Roles.Count)
            return "'FrameworkInfo.roles' contains duplicate items";
        if (isMultiRole && info.Roles.Select(Roles.Fault).FirstOrDefault(f => f is not null) is { } roles)
            return $"'FrameworkInfo.roles' contains invalid role: {roles}";
        if (!isMultiRole && Roles.Fault(info.Role) is { } role)
            return $"'FrameworkInfo.role' is not a valid role: {role}";
        // More nanoseconds than 63 bits hold.
        return info.FailoverTimeout > long.MaxValue / 1e9
            ? string.Create(CultureInfo.InvariantCulture, $"The framework failover_timeout ({Exponent(info.FailoverTimeout)}) is invalid")
            : null;
    }

    private static string? FaultOfChange(FrameworkInfo info, FrameworkInfo present) => info.Principal != present.Principal
        ? "Changing framework's principal is not allowed."
        : null;

    /// <summary>As C++ streams print: 1e+30.</summary>
    private static string Exponent(double value) => value.ToString("0.#####e+00", CultureInfo.InvariantCulture);
}
