using System.Text;
using Etcd;
using Loops;
using Microsoft.Extensions.Logging;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using NodeAgent.Agent;

namespace NodeAgent.Status;

/// <summary>
/// Brings pods' newest status to etcd, each pod for itself: one write in flight, the newest wins, and no pod waits for it. A write
/// holds only while this agent is the pod's owner and the assignment exists.
/// </summary>
internal sealed class PodStatusWriter(NodeAgentEdges edges, NodeAgentOptions options)
{
    private static readonly Backoff Unavailable = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));
    private static readonly Backoff NotOwner = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));

    private readonly ILogger _log = edges.Logs.CreateLogger<PodStatusWriter>();
    private readonly KeyLayout _keys = new(options.Prefix);
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly List<Entry> _toStart = [];
    private readonly Signal _work = new(edges.Time);

    public void Add(PodTask pod) =>
        _entries.TryAdd(pod.Uid, new Entry(pod) { Base = pod.Status, Revision = pod.StatusRevision });

    /// <summary>The status with the leader's newest part that this agent has seen.</summary>
    public PodStatus Base(PodTask pod) => _entries.TryGetValue(pod.Uid, out var entry) ? entry.Base : pod.Status;

    /// <summary>The agent's part of the status, as it now is.</summary>
    public void Set(PodTask pod, PodStatus status)
    {
        if (edges.Etcd is null || !_entries.TryGetValue(pod.Uid, out var entry))
            return;
        entry.Wanted = status;
        if (entry.Writing)
            return;
        entry.Writing = true;
        _toStart.Add(entry);
        _work.Set();
    }

    /// <summary>No more will come. What is still to be written is, as long as this agent may.</summary>
    public void Finish(PodTask pod)
    {
        if (!_entries.TryGetValue(pod.Uid, out var entry))
            return;
        entry.Finished = true;
        if (!entry.Writing)
            _entries.Remove(pod.Uid);
    }

    public async Task RunAsync(Func<Func<Task>, Task> own, CancellationToken cancellation)
    {
        if (edges.Etcd is not { } etcd)
            return;
        while (true)
        {
            await _work.WaitAsync(null, cancellation);
            foreach (var entry in _toStart)
                _ = own(() => WriteAsync(etcd, entry, cancellation));
            _toStart.Clear();
        }
    }

    /// <summary>Writes until what is wanted stands in etcd, or this agent may not write it.</summary>
    private async Task WriteAsync(IEtcd etcd, Entry entry, CancellationToken cancellation)
    {
        var attempts = 0;
        while (entry.Wanted is { } wanted)
        {
            try
            {
                var outcome = await TryWriteAsync(etcd, entry, wanted, cancellation);
                if (outcome is Outcome.Written or Outcome.NoAssignment || (outcome == Outcome.NotOwner && entry.Finished))
                {
                    attempts = 0;
                    if (ReferenceEquals(entry.Wanted, wanted) || outcome == Outcome.NoAssignment)
                        entry.Wanted = null;
                    continue;
                }
                // A first conflict is only news of what stands there; one that lasts is somebody else at work.
                if (outcome == Outcome.NotOwner || attempts > 2)
                    await Task.Delay(NotOwner.Delay(attempts, edges.Random), edges.Time, cancellation);
            }
            catch (EtcdException e)
            {
                Log.StatusNotWritten(_log, entry.Pod.Namespace, entry.Pod.Name, e.Message);
                await Task.Delay(Unavailable.Delay(attempts, edges.Random), edges.Time, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // Anybody may put anything there: what one pod's keys hold must not end its neighbours.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.StatusBug(_log, entry.Pod.Namespace, entry.Pod.Name, e);
                if (entry.Finished)
                    break; // Mesos was told all the same.
                await Task.Delay(NotOwner.Delay(attempts, edges.Random), edges.Time, cancellation);
            }
            attempts++;
        }
        entry.Writing = false;
        if (entry.Finished)
            _entries.Remove(entry.Pod.Uid);
    }

    private async Task<Outcome> TryWriteAsync(IEtcd etcd, Entry entry, PodStatus wanted, CancellationToken cancellation)
    {
        var value = ModelJson.Write(entry.Base.WithAgentPart(wanted));
        if (entry.Written is { } written && value.AsSpan().SequenceEqual(written))
            return Outcome.Written; // The same facts: nothing to write.
        var pod = new PodKey(entry.Pod.Namespace, entry.Pod.Name);
        var (owner, assignment, status) = (_keys.Owner(pod), _keys.Assignment(pod, entry.Pod.Uid), _keys.PodStatus(pod));
        var mine = Encoding.UTF8.GetBytes(new PodOwner(entry.Pod.Uid, Model.Keys.StatusWriter.Agent).ToString());
        var result = await etcd.TxnAsync(new Txn
        {
            If = [Compare.ValueEquals(owner, mine), Compare.Exists(assignment), Compare.ModRevision(status, entry.Revision)],
            Then = [Op.Put(status, value)],
            Else = [Op.Get(owner), Op.Get(assignment), Op.Get(status)],
        }, cancellation);
        if (result.Succeeded)
        {
            entry.Revision = result.Revision;
            entry.Written = value;
            entry.Base = entry.Base.WithAgentPart(wanted);
            return Outcome.Written;
        }
        var stands = result.Responses[2].KeyValues is [var found, ..] ? found : null;
        entry.Revision = stands?.ModRevision ?? 0;
        entry.Written = stands?.Value.ToArray();
        if (stands is not null && ModelJson.ReadPodStatus(stands.Value.Span) is { } read)
            entry.Base = read;
        if (result.Responses[1].KeyValues is [])
            return Outcome.NoAssignment;
        var owns = result.Responses[0].KeyValues is [var by, ..] && by.Value.Span.SequenceEqual(mine);
        return owns ? Outcome.Conflict : Outcome.NotOwner;
    }

    private enum Outcome { Written, Conflict, NotOwner, NoAssignment }

    private sealed class Entry(PodTask pod)
    {
        public PodTask Pod { get; } = pod;
        /// <summary>The whole status as last seen in etcd: the leader's part is taken from it.</summary>
        public required PodStatus Base { get; set; }
        /// <summary>The mod revision of the status as last seen.</summary>
        public required long Revision { get; set; }
        /// <summary>The bytes that stand there, where they are known.</summary>
        public byte[]? Written { get; set; }
        public PodStatus? Wanted { get; set; }
        public bool Writing { get; set; }
        public bool Finished { get; set; }
    }
}
