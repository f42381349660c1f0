using Mesos.Resources;
using Mesos.V1;

namespace LocalMesos.Core;

internal enum AgentState
{
    Registered,
    /// <summary>Its process is dead.</summary>
    Down,
    /// <summary>Its process is back and waits for its executors before it registers again.</summary>
    Recovering,
}

/// <summary>An agent, and what the master has allocated there.</summary>
internal sealed class Agent(int index, AgentID id, AgentOptions options)
{
    public int Index { get; } = index;
    public AgentID Id { get; } = id;
    public AgentOptions Options { get; } = options;

    public AgentInfo Info { get; } = new()
    {
        Hostname = options.Hostname,
        Port = options.Port,
        Id = id,
        Domain = options.Domain,
        Resources = { options.Resources },
        Attributes = { options.Attributes },
    };

    /// <summary>The process name in URLs and pids.</summary>
    public const string Path = "/slave(1)";

    public AgentState State { get; set; } = AgentState.Registered;

    /// <summary>The master has given it up; it may come back.</summary>
    public bool IsUnreachable { get; set; }
    public DateTimeOffset UnreachableSince { get; set; }
    public Timers.Timer? Health { get; set; }
    public Timers.Timer? Recovery { get; set; }

    public ResourceBag Total { get; } = ResourceBag.FromProto(options.Resources);

    /// <summary>What tasks and executors use, as the master knows it.</summary>
    public ResourceBag Used { get; set; } = ResourceBag.Empty;

    /// <summary>What is out in offers.</summary>
    public ResourceBag Offered { get; set; } = ResourceBag.Empty;

    public ResourceBag Available => Total - Used - Offered;

    /// <summary>Executors by framework and executor id; a terminated one stays until its updates are acknowledged.</summary>
    public OrderedDictionary<(string Framework, string Executor), Executor> Executors { get; } = [];

    /// <summary>Containers of which nothing was checkpointed: killed when the agent is back.</summary>
    public List<ContainerID> Strangers { get; } = [];

    public OrderedDictionary<(string Framework, string Task), UpdateStream> UpdateStreams { get; } = [];

    /// <summary>Whether the master can talk to it.</summary>
    public bool IsConnected => State == AgentState.Registered && !IsUnreachable;

    public Executor? Find(Framework framework, string executor) => Executors.GetValueOrDefault((framework.Id, executor));
}
