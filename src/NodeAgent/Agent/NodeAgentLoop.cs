using Loops;
using Mesos.Executor;
using Mesos.V1.Executor;
using NodeAgent.Orphans;

namespace NodeAgent.Agent;

/// <summary>
/// The node agent: turns the tasks it is given into containers, and tells Mesos and etcd what became of them. Runs on one loop
/// until it is shut down (0), given up by its agent (1), or cancelled.
/// </summary>
public sealed class NodeAgentLoop(NodeAgentEdges edges, NodeAgentOptions options)
{
    /// <summary>What is kept of the grace period for reporting, and for Docker to be done with the last kill.</summary>
    private static readonly TimeSpan ReportingTime = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<End> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record End(string Reason, int ExitCode);

    /// <summary>Asks for an orderly end, as the Mesos agent's SHUTDOWN does. To be called on the loop.</summary>
    public void Shutdown(string reason) => _end.TrySetResult(new End(reason, 0));

    /// <summary>Stops every pod before it ends by itself; cancelled, it leaves them as they are and throws.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        edges.Locks.Hold(options.Run);
        using var ending = new CancellationTokenSource();
        using var onCancel = CancelOnLoop(ending, cancellation);
        var owner = new TaskOwner(ending.Token);
        var agent = new AgentContext(edges, options, owner);
        Log.Starting(agent.Log, options.ExecutorId, options.Run, options.Version);
        try
        {
            var main = MainAsync(agent, ending.Token);
            await await Task.WhenAny(main, owner.Faulted);
            return await main;
        }
        finally
        {
            ending.Cancel();
            await owner.AllAsync();
        }
    }

    /// <summary>Whoever cancels may do so on any thread; what is cancelled here hears of it on the loop.</summary>
    private static CancellationTokenRegistration CancelOnLoop(CancellationTokenSource ending, CancellationToken cancellation)
    {
        var loop = SynchronizationContext.Current ?? throw new InvalidOperationException("a node agent runs on a loop");
        return cancellation.Register(() => loop.Post(static s => Cancel((CancellationTokenSource)s!), ending));

        static void Cancel(CancellationTokenSource ending)
        {
            try
            {
                ending.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The agent had ended by then.
            }
        }
    }

    private async Task<int> MainAsync(AgentContext agent, CancellationToken lifetime)
    {
        var sweep = new OrphanSweep(agent);
        var tasks = new ExecutorTasks(agent, sweep, lifetime);
        _ = agent.Own(() => HearAsync(agent, tasks, lifetime));
        _ = agent.Own(() => agent.Updates.RunAsync(lifetime));
        _ = agent.Own(() => agent.Statuses.RunAsync(agent.Own, lifetime));
        _ = agent.Own(() => sweep.RunAsync(lifetime));
        _ = agent.Own(() => agent.Watch.FollowEventsAsync(lifetime));
        _ = agent.Own(() => agent.Watch.LookRegularlyAsync(lifetime));

        var end = await _end.Task.OnLoop().WaitAsync(lifetime);
        var since = agent.Time.GetTimestamp();
        Log.Ending(agent.Log, end.Reason);
        var grace = options.ShutdownGracePeriod - ReportingTime;
        await tasks.StopAllAsync(end.Reason, grace > TimeSpan.Zero ? grace : TimeSpan.Zero);
        if (end.ExitCode == 0)
        {
            // Mesos kills what is late; and an agent that is away is not waited for beyond that either.
            var left = options.ShutdownGracePeriod - agent.Time.GetElapsedTime(since);
            await Task.WhenAny(
                agent.Updates.EmptyAsync(),
                Task.Delay(left > ReportingTime ? left : ReportingTime, agent.Time, lifetime));
        }
        return end.ExitCode;
    }

    private async Task HearAsync(AgentContext agent, ExecutorTasks tasks, CancellationToken lifetime)
    {
        var session = new ExecutorSession(
            edges.Mesos, edges.Time, new ExecutorSessionOptions { RecoveryTimeout = options.RecoveryTimeout });
        await foreach (var signal in session.RunAsync(agent.Updates.Unacknowledged, lifetime))
        {
            switch (signal)
            {
                case ExecutorSignal.Received received:
                    Handle(agent, tasks, received.Event);
                    break;
                case ExecutorSignal.Disconnected disconnected:
                    Log.Disconnected(agent.Log, disconnected.Reason);
                    agent.Updates.Disconnected();
                    break;
                case ExecutorSignal.GivenUp givenUp:
                    _end.TrySetResult(new End(givenUp.Reason, 1));
                    break;
            }
        }
    }

    private void Handle(AgentContext agent, ExecutorTasks tasks, Event received)
    {
        switch (received)
        {
            case { Type: Event.Types.Type.Subscribed, Subscribed: { } subscribed }:
                Subscribed(agent, subscribed);
                break;
            case { Type: Event.Types.Type.Launch, Launch.Task: { } task }:
                tasks.Launch(task);
                break;
            case { Type: Event.Types.Type.Kill, Kill: { } kill }:
                tasks.Kill(kill);
                break;
            case { Type: Event.Types.Type.Acknowledged, Acknowledged: { } acknowledged }:
                agent.Updates.Acknowledged(acknowledged.TaskId.Value, acknowledged.Uuid);
                break;
            case { Type: Event.Types.Type.Shutdown }:
                Shutdown("the Mesos agent asked for it");
                break;
            case { Type: Event.Types.Type.Error, Error: { } error }:
                Log.AgentError(agent.Log, error.Message);
                break;
            default:
                // MESSAGE says nothing to this executor, and what a newer Mesos adds is no reason to fail.
                Log.EventIgnored(agent.Log, received.Type);
                break;
        }
    }

    private static void Subscribed(AgentContext agent, Event.Types.Subscribed subscribed)
    {
        agent.AgentId = subscribed.AgentInfo.Id?.Value ?? "";
        agent.Hostname = subscribed.AgentInfo.Hostname;
        agent.Attributes = AgentAttributes.ToText(subscribed.AgentInfo.Attributes);
        Log.Subscribed(agent.Log, agent.AgentId, agent.Hostname);
        agent.Updates.Subscribed();
    }
}
