using System.Diagnostics.CodeAnalysis;
using Etcd;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Microsoft.Extensions.Logging;
using Model;
using Model.Assignments;
using Model.Keys;
using Reconciler.State;
using Reconciler.Store;

namespace Reconciler.Control;

/// <summary>
/// The framework's subscription during one term: its id, which is kept in etcd before anything is launched, and what Mesos says,
/// in order, for the rounds to take in.
/// </summary>
internal sealed class FrameworkSession(
    ControlPlaneEdges edges, ControlPlaneOptions options, KeyLayout keys, ClusterState state, FencedStore store,
    ControlPlaneHealth health, Action heard, ILogger logger)
{
    private static readonly FrameworkInfo.Types.Capability.Types.Type[] Capabilities =
    [
        FrameworkInfo.Types.Capability.Types.Type.PartitionAware,
        FrameworkInfo.Types.Capability.Types.Type.MultiRole,
        FrameworkInfo.Types.Capability.Types.Type.ReservationRefinement,
        FrameworkInfo.Types.Capability.Types.Type.TaskKillingState,
        FrameworkInfo.Types.Capability.Types.Type.RegionAware,
    ];

    private readonly Queue<SchedulerSignal> _signals = new();

    public bool IsSubscribed { get; private set; }

    /// <summary>The oldest signal that is not <see cref="Done"/> with.</summary>
    public bool TryPeek([NotNullWhen(true)] out SchedulerSignal? signal) => _signals.TryPeek(out signal);

    public void Done() => _signals.Dequeue();

    /// <summary>The round has come to the signal that says so; a subscription before it may have been taken in just now.</summary>
    public void Disconnected() => IsSubscribed = false;

    /// <summary>
    /// Assignments without a framework id mean that somebody lost it. Under a new one all that runs would be out of reach, and
    /// started a second time.
    /// </summary>
    /// <exception cref="FrameworkException">Says what to put where.</exception>
    public void RefuseToGuess()
    {
        if (state.Framework.Value is not { Id.Length: > 0 } && AnythingHangsOnTheId)
            throw new FrameworkException(
                $"{keys.Framework} is missing although there are assignments: put the framework's id back, or delete the assignments");
    }

    public async Task ListenAsync(CancellationToken cancellation)
    {
        var session = new SchedulerSession(edges.Mesos, edges.Time, edges.Random);
        await foreach (var signal in session.RunAsync(Info, cancellation))
        {
            if (signal is SchedulerSignal.Disconnected { Reason: var reason })
            {
                IsSubscribed = false;
                if (health.Set("mesos", false, reason))
                    Log.MesosAway(logger, reason);
            }
            _signals.Enqueue(signal);
            heard();
        }
        // ERROR is the last signal: the round that takes it in ends the term.
        await Task.Delay(Timeout.InfiniteTimeSpan, edges.Time, cancellation);
    }

    /// <summary>Stores the id, where it is new, before it is used for anything. Returns it.</summary>
    public async Task<string> KeepIdAsync(string id, CancellationToken cancellation)
    {
        if (state.Framework.Value?.Id != id)
            await PutAsync(new FrameworkRecord(id, EarlierIds), cancellation);
        IsSubscribed = true;
        health.Set("mesos", true, $"subscribed as {id}");
        Log.Subscribed(logger, id);
        return id;
    }

    /// <summary>
    /// ERROR: another took our place, or the framework is gone. Either way this term is over. <paramref name="writeOff"/> stores the
    /// end of every task.
    /// </summary>
    public async Task RefusedAsync(string why, Func<Task> writeOff, CancellationToken cancellation)
    {
        Log.MesosError(logger, why);
        IsSubscribed = false;
        // Only then may a new id be taken: Mesos has ended all that ran under the old one.
        if (why.Contains("Framework has been removed", StringComparison.Ordinal))
        {
            await writeOff();
            // What could not be written off now, the next term meets again: the old id stands until nothing hangs on it.
            if (!AnythingHangsOnTheId)
                await PutAsync(new FrameworkRecord("", EarlierIds), cancellation);
        }
        throw new FrameworkException($"Mesos: {why}");
    }

    private bool AnythingHangsOnTheId => state.LiveAssignments.Any() || state.Nodes.Values.Any(n => n.Live is not null);

    /// <summary>The ids before the next one. After a write-off there is none at present.</summary>
    private IReadOnlyList<string> EarlierIds =>
        state.Framework.Value is not { } record ? [] : record.Id is not { Length: > 0 } ? record.Earlier : [.. record.Earlier, record.Id];

    private Task PutAsync(FrameworkRecord record, CancellationToken cancellation) => store.CommitAsync(
        [
            new Change
            {
                What = "framework id",
                If = [],
                Then = [Op.Put(keys.Framework, ModelJson.Write(record))],
                Applied = revision => state.Framework.Update(record, revision),
                Doubtful = static () => { },
            },
        ],
        cancellation);

    private FrameworkInfo Info()
    {
        var info = new FrameworkInfo
        {
            User = options.User,
            Name = options.FrameworkName,
            Checkpoint = true,
            FailoverTimeout = options.FailoverTimeout.TotalSeconds,
        };
        info.Roles.Add(options.Role);
        info.Capabilities.AddRange(Capabilities.Select(type => new FrameworkInfo.Types.Capability { Type = type }));
        if (state.Framework.Value is { Id.Length: > 0 } record)
            info.Id = new FrameworkID { Value = record.Id };
        return info;
    }
}
