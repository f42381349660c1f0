using Mesos.Executor;
using Microsoft.Extensions.Configuration;
using Model.Keys;
using NodeAgent.Agent;

namespace NodeAgent.Hosting;

/// <summary>
/// What the agent is told besides Mesos' environment: `--etcd` or RECONCILER_ETCD and so on, and the same names in the section
/// `reconciler` of an appsettings.json beside the program. The command line wins, then the environment.
/// </summary>
public sealed record AgentConfiguration
{
    /// <summary>`http://host:port`; null: no etcd, reports go through Mesos alone.</summary>
    public Uri? Etcd { get; init; }
    public required string Prefix { get; init; }
    /// <summary>`unix:///var/run/docker.sock`, or a path.</summary>
    public required string Docker { get; init; }
    /// <summary>On the host, kept over restarts: the host id and the locks of runs.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Throws <see cref="FormatException"/> with what is wrong, in one line.</summary>
    public static AgentConfiguration Read(string[] arguments)
    {
        RefuseUnknown(arguments);
        // Each source by itself: a PREFIX or DOCKER of the machine's own means something else.
        var file = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).Build();
        var variables = new ConfigurationBuilder().AddEnvironmentVariables("RECONCILER_").Build();
        var commandLine = new ConfigurationBuilder().AddCommandLine(arguments).Build();
        return new AgentConfiguration
        {
            Etcd = Setting("etcd") is { } etcd ? EtcdAddress(etcd) : null,
            Prefix = PrefixOf(Setting("prefix") ?? KeyLayout.DefaultPrefix),
            Docker = Setting("docker") ?? "unix:///var/run/docker.sock",
            StateDirectory = Setting("state-dir") ?? "/var/lib/reconciler",
        };

        string? Setting(string name) => new[] { commandLine[name], variables[name.Replace('-', '_')], file["reconciler:" + name] }
            .FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    public NodeAgentOptions ToOptions(ExecutorEnvironment environment, string version) => new()
    {
        FrameworkId = environment.FrameworkId,
        ExecutorId = environment.ExecutorId,
        Run = environment.ContainerId,
        Prefix = Prefix,
        RecoveryTimeout = environment.RecoveryTimeout,
        ShutdownGracePeriod = environment.ShutdownGracePeriod,
        Version = version,
    };

    private static readonly string[] Known = ["etcd", "prefix", "docker", "state-dir"];

    private static void RefuseUnknown(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, hasValue) = arguments[i].Split('=', 2) is [var left, _] ? (left, true) : (arguments[i], false);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !Known.Contains(name[2..]))
                throw new FormatException($"unknown argument '{arguments[i]}'; known are {string.Join(", ", Known.Select(k => "--" + k))}");
            if (!hasValue && ++i == arguments.Length)
                throw new FormatException($"{name} needs a value");
        }
    }

    private static Uri EtcdAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.Host.Length > 0
            ? uri
            : throw new FormatException($"etcd's address '{text}' is not of the form http://host:port");

    private static string PrefixOf(string text) =>
        text.StartsWith('/') && !text.EndsWith('/')
            ? text
            : throw new FormatException($"the prefix '{text}' must begin with a slash and not end with one");
}
