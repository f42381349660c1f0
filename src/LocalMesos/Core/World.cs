using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>The state that all parts of the core share, and the effects they leave.</summary>
internal sealed class World(MesosCoreOptions options, Random random, DateTimeOffset now)
{
    private int frameworks;
    private int frameworkIds;
    private long offers;

    public MesosCoreOptions Options { get; } = options;
    public DateTimeOffset Start { get; } = now;
    public DateTimeOffset Now { get; set; } = now;
    public string MasterId { get; } = NewUuid(random);
    public Timers Timers { get; } = new();
    public List<Effect> Effects { get; set; } = [];

    public OrderedDictionary<string, Framework> Frameworks { get; } = new(StringComparer.Ordinal);
    /// <summary>Ids of frameworks that were torn down or failed over for too long: never accepted again.</summary>
    public HashSet<string> RemovedFrameworks { get; } = new(StringComparer.Ordinal);
    public Dictionary<StreamId, Framework> Streams { get; } = [];
    public List<Agent> Agents { get; } = [];
    public Dictionary<string, PendingOffer> Offers { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Executor> Containers { get; } = new(StringComparer.Ordinal);
    public Dictionary<ConnectionId, Executor> Connections { get; } = [];

    public MasterInfo MasterInfo => field ??= MasterInfos.Of(Options, MasterId);

    public string NextFrameworkId() => $"{MasterId}-{frameworkIds++:0000}";
    public int NextFrameworkNumber() => frameworks++;
    public AgentID NextAgentId() => new() { Value = $"{MasterId}-S{Agents.Count}" };
    public OfferID NextOfferId() => new() { Value = $"{MasterId}-O{offers++}" };
    public string NewUuid() => NewUuid(random);

    public Google.Protobuf.ByteString NewUpdateUuid() =>
        Google.Protobuf.ByteString.CopyFrom(Guid.Parse(NewUuid()).ToByteArray(bigEndian: true));

    public Agent? FindAgent(string? id)
    {
        // The number is in the id; there may be thousands of agents.
        var prefix = MasterId.Length + 2;
        return id?.Length > prefix && id.StartsWith(MasterId, StringComparison.Ordinal)
            && int.TryParse(id.AsSpan(prefix), System.Globalization.NumberStyles.None, null, out var index)
            && index < Agents.Count && Agents[index].Id.Value == id
            ? Agents[index]
            : null;
    }

    /// <summary>To the framework's present stream; lost where there is none, as with Mesos.</summary>
    public void Send(Framework framework, SchedulerEvent happened)
    {
        if (framework.Stream is { } stream)
            Effects.Add(new Effect.SendToScheduler(stream, happened));
    }

    /// <summary>To the executor's present connection; lost where there is none, as with Mesos.</summary>
    public void Send(Executor executor, ExecutorEvent happened)
    {
        if (executor.Connection is { } connection)
            Effects.Add(new Effect.SendToExecutor(connection, happened));
    }

    public Timers.Timer After(TimeSpan delay, Action action) => Timers.Start(Now + delay, action);

    private static string NewUuid(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
