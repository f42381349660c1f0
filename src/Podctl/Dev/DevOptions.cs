namespace Podctl.Dev;

/// <summary>Where the parts of a cluster on this machine listen, and where they keep what they write.</summary>
internal sealed record DevOptions
{
    public required int EtcdPort { get; init; }
    public required int MesosPort { get; init; }
    /// <summary>Of the first agent; the others follow.</summary>
    public required int AgentPort { get; init; }
    public required int HttpPort { get; init; }
    public required int Agents { get; init; }
    public required string Prefix { get; init; }
    public required string StateDirectory { get; init; }
    /// <summary>Where reconciler, local-mesos and node-agent stand.</summary>
    public required string Programs { get; init; }

    public string Etcd => Invariant($"http://127.0.0.1:{EtcdPort}");
    public string Mesos => Invariant($"http://127.0.0.1:{MesosPort}");
    public string Http => Invariant($"http://127.0.0.1:{HttpPort}");

    /// <summary>Each port with who wants it and the option and the variable of `make run` that choose another.</summary>
    public IEnumerable<WantedPort> Ports =>
    [
        new(EtcdPort, "etcd", "--etcd-port", "ETCD_PORT"),
        new(MesosPort, "Mesos", "--mesos-port", "MESOS_PORT"),
        .. Enumerable.Range(AgentPort, Agents).Select(port => new WantedPort(port, "a Mesos agent", "--agent-port", "AGENT_PORT")),
        new(HttpPort, "the reconciler", "--http-port", "HTTP_PORT"),
    ];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

internal sealed record WantedPort(int Port, string Who, string Option, string Variable);
