using Etcd;
using Loops;
using Mesos.Scheduler;
using Mesos.V1.Scheduler;
using Microsoft.Extensions.Logging;
using Model.Keys;
using Reconciler.Controllers;
using Reconciler.Scheduling;
using Reconciler.State;
using Reconciler.Store;

namespace Reconciler.Control;

/// <summary>
/// One term of leadership: loads what is written, subscribes to Mesos, and then, round by round, makes what is equal to what should
/// be. Ends with an exception when the lease, etcd or the framework is lost; nothing of it is used again.
/// </summary>
internal sealed class Term
{
    /// <summary>Between tries while etcd does not answer, as long as the lease still holds.</summary>
    private static readonly TimeSpan EtcdPause = TimeSpan.FromMilliseconds(250);

    private readonly ControlPlaneEdges _edges;
    private readonly Leadership _leadership;
    private readonly ControlPlaneHealth _health;
    private readonly ILogger _logger;
    private readonly Signal _signal;
    private readonly ClusterState _state;
    private readonly StateMirror _mirror;
    private readonly FencedStore _store;
    private readonly MesosCalls _calls;
    private readonly PendingPods _pending;
    private readonly KillQueue _kills;
    private readonly Reconciliation _reconciliation;
    private readonly PodController _pods;
    private readonly NodeController _nodes;
    private readonly TaskUpdates _updates;
    private readonly PlacementController _placement;
    private readonly FrameworkSession _framework;
    private readonly Compactor _compactor;

    public Term(ControlPlaneEdges edges, ControlPlaneOptions options, KeyLayout keys, Leadership leadership, ControlPlaneHealth health)
    {
        (_edges, _leadership, _health) = (edges, leadership, health);
        _logger = edges.Logs.CreateLogger("Reconciler.Term");
        _signal = new Signal(edges.Time);
        _state = new ClusterState(keys) { Changed = _signal.Set };
        _mirror = new StateMirror(edges.Etcd, keys, _state, edges.Time, _logger, options.ListAnewAfter);
        _store = new FencedStore(edges.Etcd, keys.Leader, leadership.Revision);
        _calls = new MesosCalls(edges.Mesos, leadership, _logger);
        _pending = new PendingPods(edges.Time);
        _kills = new KillQueue(edges.Time);
        _reconciliation = new Reconciliation(edges.Time, edges.Random);
        var executor = new AgentExecutor(options.Agent, options.Prefix, options.Role);
        _pods = new PodController(_state, keys, _pending, _kills, edges.Time, _logger);
        _nodes = new NodeController(_state, keys, executor, _pending, _reconciliation, edges.Time, _logger);
        _updates = new TaskUpdates(_state, keys, _pods, _nodes, _kills, _reconciliation, edges.Time, _logger);
        _placement = new PlacementController(_state, keys, executor, _pods, _nodes, _pending, _reconciliation, edges.Time, _logger);
        _framework = new FrameworkSession(edges, options, keys, _state, _store, health, _signal.Set, _logger);
        _compactor = new Compactor(edges.Etcd, edges.Time, () => _mirror.Revision, _logger);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        await _mirror.ListAsync(cancellation);
        _framework.RefuseToGuess();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] parts = [
            _leadership.Held,
            _mirror.FollowAsync(ending.Token),
            _framework.ListenAsync(ending.Token),
            _compactor.RunAsync(ending.Token),
            RoundsAsync(ending.Token)];
        var first = await Task.WhenAny(parts);
        ending.Cancel();
        foreach (var part in parts.Skip(1))
            await EndedAsync(part);
        await first;
        cancellation.ThrowIfCancellationRequested();
        throw new LeadershipLostException("the term ended");
    }

    private async Task RoundsAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _signal.WaitAsync(UntilDue(), cancellation);
            try
            {
                await RoundAsync(cancellation);
                _health.Set("etcd", true, "leading");
            }
            catch (EtcdUnavailableException e)
            {
                if (_health.Set("etcd", false, e.Message))
                    Log.EtcdAway(_logger, e.Message);
                _signal.Set();
                await Task.Delay(EtcdPause, _edges.Time, cancellation);
            }
            catch (EtcdNoSpaceException e)
            {
                if (_health.Set("etcd", false, e.Message))
                    Log.EtcdAway(_logger, e.Message);
                _signal.Set();
                await Task.Delay(TimeSpan.FromSeconds(5), _edges.Time, cancellation);
            }
        }
    }

    /// <summary>The round: each step does its part with what there is, and leaves the rest to the next.</summary>
    private async Task RoundAsync(CancellationToken cancellation)
    {
        await TakeInEventsAsync(cancellation);
        await ReadDoubtfulAsync(cancellation);
        await _updates.StoreAsync(_store, _calls, cancellation);
        await DecidePodsAsync(cancellation);
        if (!_framework.IsSubscribed)
        {
            await _placement.ExplainAsync("Mesos cannot be reached just now", _store, cancellation);
            return;
        }
        await _placement.PlaceAsync(_store, _calls, cancellation);
        await RepeatKillsAsync(cancellation);
        await ReconcileAsync(cancellation);
    }

    private async Task TakeInEventsAsync(CancellationToken cancellation)
    {
        // Taken out only when done with: where etcd is away, the next round begins with the same one.
        for (; _framework.TryPeek(out var signal); _framework.Done())
        {
            if (signal is not SchedulerSignal.Received { Event: var received })
            {
                _framework.Disconnected();
                _placement.Offers.Clear();
                _reconciliation.Stop();
                continue;
            }
            switch (received.Type)
            {
                case Event.Types.Type.Subscribed:
                    _calls.FrameworkId = await _framework.KeepIdAsync(received.Subscribed.FrameworkId.Value, cancellation);
                    _placement.Offers.Clear();
                    _updates.Clear();
                    _reconciliation.Restart([
                        .. _state.LiveAssignments.Select(a => (a.TaskId, a.AgentId)),
                        .. _state.Nodes.Values.Select(n => n.Live).OfType<Model.Assignments.NodeAssignment>().Select(n => (n.TaskId, n.AgentId))]);
                    _pending.Need();
                    break;
                case Event.Types.Type.Offers:
                    _placement.Offers.Add(received.Offers.Offers_);
                    break;
                case Event.Types.Type.Rescind:
                    _placement.Offers.Rescind(received.Rescind.OfferId.Value);
                    break;
                case Event.Types.Type.Update:
                    _updates.Add(received.Update.Status);
                    break;
                case Event.Types.Type.Failure when received.Failure is { AgentId: { } agent, ExecutorId: { } executor }:
                    _nodes.ExecutorLost(agent.Value, executor.Value, $"it ended with status {received.Failure.Status}");
                    break;
                case Event.Types.Type.Error:
                    await _framework.RefusedAsync(received.Error.Message, () => _updates.WriteOffAsync(_store, _calls, cancellation), cancellation);
                    break;
                default:
                    // Inverse offers, messages, operations, and whatever a later Mesos invents.
                    Log.EventIgnored(_logger, received.Type);
                    break;
            }
        }
    }

    private async Task ReadDoubtfulAsync(CancellationToken cancellation)
    {
        await _pods.ReadDoubtfulAsync(_edges.Etcd, cancellation);
        await _nodes.ReadDoubtfulAsync(_edges.Etcd, cancellation);
    }

    private async Task DecidePodsAsync(CancellationToken cancellation)
    {
        foreach (var due in _pending.TakeDue())
            _state.MarkDirty(due);
        var dirty = _state.TakeDirty();
        foreach (var key in dirty)
            _state.DropEmpty(key, _mirror.Revision);
        await _store.CommitAsync(_pods.Decide(dirty), cancellation);
        // However an assignment came to be (a write that timed out may still land), somebody asks what became of it.
        foreach (var key in dirty)
        {
            if (_state.Pods.GetValueOrDefault(key)?.Live?.Value is { Report: null } silent)
                _reconciliation.AskUnlessAsked(silent.TaskId, silent.AgentId, PlacementController.LaunchAnswer);
        }
    }

    private async Task RepeatKillsAsync(CancellationToken cancellation)
    {
        foreach (var kill in _kills.TakeDue())
            await _calls.KillAsync(kill.TaskId, kill.AgentId, kill.GracePeriodSeconds, cancellation);
    }

    private async Task ReconcileAsync(CancellationToken cancellation)
    {
        if (_reconciliation.TakeDue() is { Count: > 0 } due)
            await _calls.ReconcileAsync(due, cancellation);
        if (_reconciliation.TakeImplicitDue())
            await _calls.ReconcileAsync([], cancellation);
    }

    /// <summary>Until something is due by time; null: only an event can bring work.</summary>
    private TimeSpan? UntilDue()
    {
        var due = new[] { _pending.NextDue, _pending.AskDue, _nodes.NextDue, _kills.NextDue, _reconciliation.NextDue, _placement.Offers.DeclineDue };
        // Without a subscription nothing can be asked for or killed: the next one brings the loop back.
        var next = _framework.IsSubscribed ? due.Min() : _pending.NextDue;
        var now = _edges.Time.GetUtcNow();
        return next is not { } time ? null : time > now ? time - now : TimeSpan.Zero;
    }

    private static async Task EndedAsync(Task part)
    {
        try
        {
            await part;
        }
        catch (Exception e) when (e is OperationCanceledException or EtcdException or LeadershipLostException or FrameworkException)
        {
            // The first end is the one that counts; the others follow from it.
        }
    }
}
