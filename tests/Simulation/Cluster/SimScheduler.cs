using System.Runtime.CompilerServices;
using LocalMesos.Core;
using Mesos;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Simulation.World;

namespace Simulation.Cluster;

/// <summary>One process' way to the master, as <see cref="HttpMesosScheduler"/> goes it: a stream, and calls in order beside it.</summary>
public sealed class SimScheduler : IMesosScheduler
{
    private readonly SimMesos _mesos;
    private readonly SimProcess _process;
    private readonly InOrder _calls = new();
    private readonly Random _random;
    private (StreamId Id, SimStream<Event> Stream, FrameworkID? Framework)? _current;

    internal SimScheduler(SimMesos mesos, SimProcess process)
    {
        _mesos = mesos;
        _process = process;
        _random = process.World.RandomFor($"scheduler link {process.Name}");
        Link = new SimLink(process, "master", _random, why => new MesosException($"mesos: {why}")) { Deadline = TimeSpan.FromSeconds(10) };
        Link.Broken += () => BreakStream("the link is down");
        process.Died += () => Closed(_current?.Id);
    }

    public SimLink Link { get; }
    public SortedDictionary<string, int> CallsByKind { get; } = new(StringComparer.Ordinal);

    /// <summary>As a call leaves for the master: for the checks.</summary>
    public event Action<Call>? Sending;

    public void BreakStream(string why)
    {
        if (_current is not { } current)
            return;
        _process.World.Log(_process.Name, $"its stream from the master breaks: {why}");
        current.Stream.Break(why);
    }

    public async IAsyncEnumerable<Event> SubscribeAsync(FrameworkInfo framework, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Count("SUBSCRIBE");
        var id = _mesos.NextStream();
        var stream = new SimStream<Event>(_process, Link);
        var call = new Call { Type = Call.Types.Type.Subscribe, Subscribe = new() { FrameworkInfo = framework.Clone() } };
        if (framework.Id is not null)
            call.FrameworkId = framework.Id.Clone();
        try
        {
            var answer = await Link.CallAsync("SUBSCRIBE", () => _mesos.Subscribe(id, stream, call), cancellation);
            if (!answer.IsGranted)
                throw new MesosException($"SUBSCRIBE: {answer.StatusCode} {answer.Text}", answer.StatusCode);
            _current = (id, stream, framework.Id);
            await foreach (var received in stream.ReadAsync(cancellation))
            {
                if (received.Subscribed?.FrameworkId is { } given)
                    _current = (id, stream, given);
                yield return received;
            }
        }
        finally
        {
            Closed(id);
            if (_current?.Id == id)
                _current = null;
        }
    }

    public Task SendAsync(Call call, CancellationToken cancellation) => _calls.RunAsync(async () =>
    {
        cancellation.ThrowIfCancellationRequested();
        var kind = call.Type.ToString();
        if (_current is not { } current)
            throw new MesosException($"{kind}: not subscribed");
        Count(kind);
        var sent = call.Clone();
        if (sent.FrameworkId is null && current.Framework is not null)
            sent.FrameworkId = current.Framework;
        _process.World.Log(_process.Name, $"sends {Describe(sent)}");
        Sending?.Invoke(sent);
        var answer = await Link.CallAsync(kind, () => _mesos.Call(current.Id, sent), cancellation);
        return answer.IsGranted ? answer : throw new MesosException($"{kind}: {answer.StatusCode} {answer.Text}", answer.StatusCode);
    });

    private static string Describe(Call call) => call.Type switch
    {
        Call.Types.Type.Accept => $"ACCEPT {string.Join(" ", call.Accept.Operations.SelectMany(o => o.Launch?.TaskInfos ?? []).Select(t => t.TaskId.Value))}",
        Call.Types.Type.Kill => $"KILL {call.Kill.TaskId.Value}",
        Call.Types.Type.Acknowledge => $"ACKNOWLEDGE {call.Acknowledge.TaskId.Value}",
        Call.Types.Type.Reconcile => $"RECONCILE {string.Join(" ", call.Reconcile.Tasks.Select(t => t.TaskId.Value))}",
        _ => call.Type.ToString(),
    };

    /// <summary>The master learns of it a while later: until then it holds the stream for open.</summary>
    private void Closed(StreamId? id)
    {
        if (id is { } closed)
            _process.World.After(Link.Delay() + TimeSpan.FromMilliseconds(_random.Next(4) == 0 ? _random.Next(3000) : 0), () => _mesos.SchedulerGone(closed));
    }

    private void Count(string kind) => CallsByKind[kind] = CallsByKind.GetValueOrDefault(kind) + 1;
}
