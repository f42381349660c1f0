using Mesos.Resources;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>A framework as the master knows it.</summary>
internal sealed class Framework(int number, string id, FrameworkInfo info)
{
    public int Number { get; } = number;
    public string Id { get; } = id;
    public FrameworkInfo Info { get; set; } = info;

    /// <summary>The present subscription; null while disconnected, when there are no offers either.</summary>
    public StreamId? Stream { get; set; }
    public Timers.Timer? Heartbeat { get; set; }
    public Timers.Timer? Failover { get; set; }

    public HashSet<string> SuppressedRoles { get; } = new(StringComparer.Ordinal);
    public List<OfferFilter> Filters { get; } = [];

    /// <summary>All that the master has of it, until it is terminal and acknowledged; in order of launch.</summary>
    public OrderedDictionary<string, MesosTask> Tasks { get; } = new(StringComparer.Ordinal);

    public bool IsMultiRole => Has(FrameworkInfo.Types.Capability.Types.Type.MultiRole);
    public bool IsPartitionAware => Has(FrameworkInfo.Types.Capability.Types.Type.PartitionAware);

    public IReadOnlyList<string> Roles => IsMultiRole ? Info.Roles : [Info.Role];

    /// <summary>What a framework that does not know the newer states is told instead.</summary>
    public TaskState Told(TaskState state) => IsPartitionAware
        ? state
        : state is TaskState.TaskDropped or TaskState.TaskUnreachable or TaskState.TaskGone
            or TaskState.TaskGoneByOperator or TaskState.TaskUnknown
            ? TaskState.TaskLost
            : state;

    private bool Has(FrameworkInfo.Types.Capability.Types.Type type) => Info.Capabilities.Any(c => c.Type == type);
}

/// <summary>A refusal: nothing that is contained in the refused resources is offered again until the time is over.</summary>
internal sealed record OfferFilter(Agent Agent, string Role, ResourceBag Refused)
{
    public Timers.Timer? Expiry { get; set; }
}
