using System.Runtime.CompilerServices;
using LocalMesos.Core;
using Mesos;
using Mesos.Executor;
using Mesos.V1;
using Mesos.V1.Executor;
using Simulation.World;

namespace Simulation.Cluster;

/// <summary>A node agent's way to its Mesos agent, as <see cref="HttpMesosExecutor"/> goes it.</summary>
public sealed class SimExecutor : IMesosExecutor
{
    private readonly SimMesos _mesos;
    private readonly SimProcess _process;
    private readonly int _agent;
    private readonly FrameworkID _framework;
    private readonly ExecutorID _executor;
    private readonly InOrder _calls = new();
    private SimStream<Event>? _stream;
    private ConnectionId? _open;

    internal SimExecutor(SimMesos mesos, SimProcess process, int agent, string frameworkId, string executorId)
    {
        _mesos = mesos;
        _process = process;
        _agent = agent;
        _framework = new FrameworkID { Value = frameworkId };
        _executor = new ExecutorID { Value = executorId };
        var random = process.World.RandomFor($"executor link {process.Name}");
        Link = new SimLink(process, "agent", random, why => new MesosException($"mesos agent: {why}")) { Deadline = TimeSpan.FromSeconds(10) };
        Link.Broken += () => BreakStream("the link is down");
        process.Died += () => Closed(_open);
    }

    public SimLink Link { get; }
    public SortedDictionary<string, int> CallsByKind { get; } = new(StringComparer.Ordinal);

    public void BreakStream(string why) => _stream?.Break(why);

    public async IAsyncEnumerable<Event> SubscribeAsync(
        Call.Types.Subscribe unacknowledged, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Count("SUBSCRIBE");
        var id = _mesos.NextConnection();
        var stream = new SimStream<Event>(_process, Link);
        var call = Identified(new Call { Type = Call.Types.Type.Subscribe, Subscribe = unacknowledged.Clone() });
        try
        {
            var answer = await Link.CallAsync("SUBSCRIBE", () => _mesos.SubscribeExecutor(_agent, id, stream, call), cancellation);
            Require(answer, "SUBSCRIBE");
            (_open, _stream) = (id, stream);
            await foreach (var received in stream.ReadAsync(cancellation))
                yield return received;
        }
        finally
        {
            Closed(id);
            if (_open == id)
                (_open, _stream) = (null, null);
        }
    }

    public Task SendAsync(Call call, CancellationToken cancellation) => _calls.RunAsync(async () =>
    {
        cancellation.ThrowIfCancellationRequested();
        var kind = call.Type.ToString();
        Count(kind);
        var sent = Identified(call.Clone());
        _process.World.Log(_process.Name, sent.Update is { } update
            ? $"sends UPDATE {update.Status.State} {update.Status.TaskId.Value}" : $"sends {kind}");
        return Require(await Link.CallAsync(kind, () => _mesos.CallOfExecutor(_agent, sent), cancellation), kind);
    });

    private static CallAnswer Require(CallAnswer answer, string kind) => answer switch
    {
        { IsGranted: true } => answer,
        { StatusCode: 0 } => throw new MesosException($"{kind}: {answer.Text}"),
        _ => throw new MesosException($"{kind}: {answer.StatusCode} {answer.Text}", answer.StatusCode),
    };

    private Call Identified(Call call)
    {
        call.FrameworkId = _framework;
        call.ExecutorId = _executor;
        return call;
    }

    private void Closed(ConnectionId? id)
    {
        if (id is { } closed)
            _process.World.After(Link.Delay(), () => _mesos.ExecutorConnectionGone(closed));
    }

    private void Count(string kind) => CallsByKind[kind] = CallsByKind.GetValueOrDefault(kind) + 1;
}
