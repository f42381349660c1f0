using Etcd;
using Mesos.V1;
using Microsoft.Extensions.Logging;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Status;
using Reconciler.Scheduling;
using Reconciler.State;
using Reconciler.Store;

namespace Reconciler.Controllers;

/// <summary>
/// Brings pending pods and offers together: the intents are written first, in as few transactions as may be, and then all tasks of a
/// machine go out in one ACCEPT.
/// </summary>
public sealed class PlacementController(
    ClusterState state, KeyLayout keys, AgentExecutor executor, PodController pods, NodeController nodes, PendingPods pending,
    Reconciliation reconciliation, TimeProvider time, ILogger logger)
{
    /// <summary>A launch that nothing is heard of for so long is asked after.</summary>
    public static readonly TimeSpan LaunchAnswer = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a node task alone, offers are asked for so many times; a machine that offers nothing by then is gone, and speaks up by
    /// itself when it comes back.
    /// </summary>
    private const int AsksForNodes = 5;

    private static readonly TimeSpan DeclineAgain = TimeSpan.FromSeconds(1);

    private readonly Matching _matching = new(executor, nodes);

    public OfferBook Offers { get; } = new();

    /// <summary>Uses the offers in hand, declines what is not needed, and asks for more where something is wanting.</summary>
    public async Task PlaceAsync(FencedStore store, MesosCalls calls, CancellationToken cancellation)
    {
        await DeclineAsync(Offers.TakeUnanswered(time.GetUtcNow()), calls, cancellation);
        if (!Offers.IsEmpty)
            await UseOffersAsync(Offers.TakeAll(), store, calls, cancellation);
        await AskForOffersAsync(store, calls, cancellation);
    }

    private async Task UseOffersAsync(IReadOnlyList<AgentOffer> offers, FencedStore store, MesosCalls calls, CancellationToken cancellation)
    {
        var prepared = _matching.Prepare(offers);
        var launches = new Launches(new LaunchTasks(executor, calls.FrameworkId, state.Framework.Value?.Earlier ?? []), prepared);
        try
        {
            await store.CommitAsync([.. prepared.Where(a => a.NewNode is not null).Select(a => nodes.Place(a.NewNode!, () => launches.AddNode(a)))], cancellation);
            // No pod goes to an executor whose generation could not be written down: its id might be that of a dead one.
            await store.CommitAsync(Assign([.. prepared.Where(a => a.NewNode is null || launches.Of(a.Offer.AgentId).Count > 0)], launches), cancellation);
        }
        catch (EtcdException)
        {
            // What was written is launched, even where something else could not be; the rest needs offers again.
            await LaunchAsync(offers, launches, calls, cancellation);
            pending.Need();
            throw;
        }
        await LaunchAsync(offers, launches, calls, cancellation);
    }

    private List<Change> Assign(IReadOnlyList<AgentPlan> agents, Launches launches)
    {
        var wanting = pending.All.ToDictionary(p => p.Record.Key);
        var results = Matching.Match(agents, [.. wanting.Values.Select(p => p.Pod)]);
        var changes = results.OfType<PlacementResult.Placed>().Select(placed => Assign(wanting[placed.Pod.Key], placed, launches)).ToList();
        if (pending.Asked > 0)
        {
            foreach (var unplaced in results.OfType<PlacementResult.Unplaced>())
                changes.AddRange(Unschedulable(wanting[unplaced.Pod.Key], unplaced.Why));
        }
        return changes;
    }

    private Change Assign(PendingPods.Pending wanted, PlacementResult.Placed placed, Launches launches)
    {
        var pod = wanted.Record;
        var agent = launches.Agent(placed.AgentId);
        var now = time.GetUtcNow();
        var assignment = Launching.Assign(
            placed, wanted.Spec, wanted.Place.Attempt, agent.Offer.Hostname, agent.Offer.HostIP, agent.ExecutorId, now);
        var status = Launching.Scheduled(pod.Status.Value, assignment, wanted.Spec, now);
        var owner = new PodOwner(assignment.Uid, StatusWriter.Agent);
        return new Change
        {
            What = $"assignment of {pod.Key}",
            If = [
                Compare.ModRevision(keys.PodSpec(pod.Key), wanted.Spec.ModRevision),
                Compare.NoneUnder(keys.AssignmentsOf(pod.Key))],
            Then = [
                Op.Put(keys.Assignment(pod.Key, assignment.Uid), ModelJson.Write(assignment)),
                Op.Put(keys.Owner(pod.Key), PodController.OwnerValue(owner)),
                Op.Put(keys.PodStatus(pod.Key), ModelJson.Write(status))],
            Applied = revision =>
            {
                pod.AssignmentOf(assignment.Uid).Update(assignment, revision);
                pod.Owner.Update(owner, revision);
                pod.Status.Update(status, revision);
                pending.Remove(pod.Key);
                launches.AddPod(assignment, status, revision);
                Log.Placed(logger, pod.Key, agent.Offer.Hostname, assignment.TaskId);
            },
            Doubtful = () =>
            {
                pending.Remove(pod.Key);
                pods.Doubt(pod);
                // If it was written after all, nobody launched it: Mesos says that it does not know it, and the pod is placed anew.
                reconciliation.Ask(assignment.TaskId, placed.AgentId, LaunchAnswer);
            },
        };
    }

    private async Task LaunchAsync(IReadOnlyList<AgentOffer> offers, Launches launches, MesosCalls calls, CancellationToken cancellation)
    {
        var unused = new List<AgentOffer>();
        foreach (var offer in offers)
        {
            var tasks = launches.Of(offer.AgentId);
            if (tasks.Count == 0)
            {
                unused.Add(offer);
                continue;
            }
            var sent = await calls.AcceptAsync(offer, tasks.Select(t => t.Info), cancellation);
            if (!sent)
                Offers.Unanswered([offer], time.GetUtcNow());
            foreach (var (info, host) in tasks)
            {
                reconciliation.Ask(info.TaskId.Value, offer.AgentId, sent ? LaunchAnswer : TimeSpan.Zero);
                if (TaskIds.IsNode(info.TaskId.Value))
                    Log.NodePlaced(logger, host, info.TaskId.Value);
            }
        }
        await DeclineAsync(unused, calls, cancellation);
    }

    private async Task DeclineAsync(IReadOnlyCollection<AgentOffer> offers, MesosCalls calls, CancellationToken cancellation)
    {
        if (offers.Count > 0 && !await calls.DeclineAsync(offers, cancellation))
            Offers.Unanswered(offers, time.GetUtcNow() + DeclineAgain);
    }

    /// <summary>Machines that hold a declined offer say nothing until they are asked.</summary>
    private async Task AskForOffersAsync(FencedStore store, MesosCalls calls, CancellationToken cancellation)
    {
        if (nodes.TakeDue())
            pending.Need();
        if (pending.AskDue is not { } due || due > time.GetUtcNow())
            return;
        if (!pending.Any && (EveryMachineHasItsNode || pending.Asked >= AsksForNodes))
        {
            pending.NoNeed();
            return;
        }
        // Asked before, and nothing at all was offered.
        if (pending.Asked > 0)
            await ExplainAsync(NothingOffered, store, cancellation);
        pending.AskedNow();
        await calls.ReviveAsync(cancellation);
    }

    /// <summary>Says in every pending pod's status why it waits, where nothing better was said yet.</summary>
    public Task ExplainAsync(string why, FencedStore store, CancellationToken cancellation) =>
        store.CommitAsync([.. pending.All.Where(p => !IsExplained(p)).SelectMany(p => Unschedulable(p, why))], cancellation);

    private static bool IsExplained(PendingPods.Pending wanted) =>
        wanted.Record.Status.Value is { Reason: "Unschedulable" } told && told.ObservedRevision == wanted.Spec.ModRevision;

    private bool EveryMachineHasItsNode =>
        state.Nodes.Count > 0 && state.Nodes.Values.All(n => n.Live is not null || n.NotBefore is not null);

    private const string NothingOffered = "no machine offers resources";

    private IEnumerable<Change> Unschedulable(PendingPods.Pending wanted, string why)
    {
        var pod = wanted.Record;
        var now = time.GetUtcNow();
        var before = pod.Status.Value ?? new PodStatus();
        var after = SpecAnswers.Unschedulable(SpecAnswers.Answer(before, wanted.Spec, now), why, now);
        if (pod.Status.Value is null || !SpecAnswers.Same(before, after))
            yield return pods.Answer(pod, after);
    }

    /// <summary>The tasks of a round, by machine, as their intents are written.</summary>
    private sealed class Launches(LaunchTasks tasks, IReadOnlyList<AgentPlan> agents)
    {
        private readonly Dictionary<string, AgentPlan> _agents = agents.ToDictionary(a => a.Offer.AgentId);
        private readonly Dictionary<string, List<(TaskInfo Info, string Host)>> _tasks = [];

        public AgentPlan Agent(string agentId) => _agents[agentId];

        public IReadOnlyList<(TaskInfo Info, string Host)> Of(string agentId) => _tasks.GetValueOrDefault(agentId) ?? [];

        public void AddNode(AgentPlan agent) => Add(agent.NewNode!.AgentId, tasks.Node(agent.NewNode, agent.NodeResources));

        public void AddPod(Assignment pod, PodStatus status, long revision)
        {
            var agent = _agents[pod.AgentId];
            var resources = Matching.Take(agent.Free, pod)
                ?? throw new InvalidOperationException($"the plan for {pod.Pod} takes more than {agent.Offer.Hostname} offers");
            _agents[pod.AgentId] = agent with { Free = agent.Free - resources };
            Add(pod.AgentId, tasks.Pod(pod, resources, status, revision));
        }

        private void Add(string agentId, TaskInfo task)
        {
            if (!_tasks.TryGetValue(agentId, out var list))
                _tasks[agentId] = list = [];
            list.Add((task, _agents[agentId].Offer.Hostname));
        }
    }
}
