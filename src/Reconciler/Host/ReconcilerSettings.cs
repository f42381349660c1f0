using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Model.Keys;
using Reconciler.Control;

namespace Reconciler.Host;

/// <summary>
/// What the program is told: by flags (`--etcd`), by RECONCILER_* variables (RECONCILER_ETCD, RECONCILER_AGENT_PATH), or by
/// appsettings.json (`"etcd": …`), in this order of precedence.
/// </summary>
public sealed record ReconcilerSettings
{
    public required Uri Etcd { get; init; }
    public required Uri Mesos { get; init; }
    public required string Listen { get; init; }
    /// <summary>The agent's program, served at /agent/{sha256}; null where every machine has it at a path.</summary>
    public string? AgentFile { get; init; }
    public required ControlPlaneOptions ControlPlane { get; init; }

    /// <summary>Every setting: its name, and what `--help` says of it.</summary>
    public static readonly IReadOnlyList<(string Name, string Help)> Known =
    [
        ("etcd", "URL of etcd (http://127.0.0.1:2379)"),
        ("mesos", "URL of a Mesos master (http://127.0.0.1:5050)"),
        ("prefix", "prefix of all keys in etcd (/reconciler)"),
        ("listen", "URL that /healthz and /readyz are served on (http://127.0.0.1:8080)"),
        ("agent-path", "where the node agent's program stands on every machine; for development"),
        ("agent-file", "the node agent's program, which machines then fetch from this reconciler and check by its SHA-256"),
        ("advertise", "URL under which machines reach this reconciler (the value of --listen)"),
        ("agent-etcd", "URL under which machines reach etcd (the value of --etcd)"),
        ("agent-state-dir", "where machines keep their host id and locks (/var/lib/reconciler)"),
        ("role", "the Mesos role to take offers for (reconciler)"),
        ("framework-name", "the framework's name in Mesos (reconciler)"),
        ("user", "the user that executors run as (root)"),
        ("identity", "how this reconciler calls itself in control/leader (host name and process id)"),
        ("leader-ttl", "seconds after which a silent leader is replaced (5)"),
    ];

    /// <exception cref="SettingsException">Names the setting and what is wrong with it.</exception>
    public static ReconcilerSettings Read(IConfiguration configuration)
    {
        var etcd = Url("etcd", "http://127.0.0.1:2379");
        var listen = Url("listen", "http://127.0.0.1:8080").ToString();
        return new ReconcilerSettings
        {
            Etcd = etcd,
            Mesos = Url("mesos", "http://127.0.0.1:5050"),
            Listen = listen,
            AgentFile = Get("agent-file"),
            ControlPlane = new ControlPlaneOptions
            {
                Prefix = Prefix(Get("prefix") ?? KeyLayout.DefaultPrefix),
                Identity = Get("identity") ?? $"{Environment.MachineName}/{Environment.ProcessId}",
                ListAnewAfter = TimeSpan.FromMinutes(1),
                LeaderTtl = TimeSpan.FromSeconds(Number("leader-ttl", 5)),
                Role = Get("role") ?? "reconciler",
                FrameworkName = Get("framework-name") ?? "reconciler",
                User = Get("user") ?? "root",
                Agent = Agent(listen, etcd),
            },
        };

        string? Get(string name) => Value(configuration, name);

        Uri Url(string name, string otherwise)
        {
            var text = Get(name) ?? otherwise;
            return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http"
                ? url
                : throw new SettingsException($"--{name}: '{text}' is no http:// URL");
        }

        int Number(string name, int otherwise) => Get(name) is not { } text
            ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw new SettingsException($"--{name}: '{text}' is no positive number");

        AgentSource Agent(string listenUrl, Uri etcdUrl)
        {
            var source = new AgentSource
            {
                EtcdEndpoint = Get("agent-etcd") ?? etcdUrl.GetLeftPart(UriPartial.Authority),
                StateDirectory = Get("agent-state-dir") ?? "/var/lib/reconciler",
            };
            return (Get("agent-path"), Get("agent-file")) switch
            {
                ({ } path, null) => File.Exists(path)
                    ? source with { Path = Path.GetFullPath(path) }
                    : throw new SettingsException($"--agent-path: there is no file {path}"),
                (null, { } file) => Served(source, file, Get("advertise") ?? listenUrl),
                (null, null) => throw new SettingsException("one of --agent-path and --agent-file is needed: how machines get the node agent"),
                _ => throw new SettingsException("only one of --agent-path and --agent-file can be given"),
            };
        }
    }

    /// <summary>A variable's name holds no hyphen. Each source is asked for both, lest the file's name wins over the variable's.</summary>
    private static string? Value(IConfiguration configuration, string name)
    {
        if (configuration is not IConfigurationRoot root)
            return configuration[name] ?? configuration[name.Replace('-', '_')];
        foreach (var source in root.Providers.Reverse())
        {
            if (source.TryGet(name, out var value) || source.TryGet(name.Replace('-', '_'), out value))
                return value;
        }
        return null;
    }

    private static AgentSource Served(AgentSource source, string file, string advertise)
    {
        if (!File.Exists(file))
            throw new SettingsException($"--agent-file: there is no file {file}");
        using var stream = File.OpenRead(file);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        return source with { Uri = $"{advertise.TrimEnd('/')}/agent/{sha256}", Sha256 = sha256 };
    }

    /// <summary>The configuration library lets a misspelt flag, one without its value and a stray word pass in silence.</summary>
    /// <exception cref="SettingsException">Names it.</exception>
    public static void CheckFlags(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var flag = args[i].Split('=')[0];
            if (Known.All(known => $"--{known.Name}" != flag))
                throw new SettingsException($"there is no {flag}; --help lists what there is");
            if (!args[i].Contains('=') && ++i == args.Count)
                throw new SettingsException($"{flag} is given without a value");
        }
    }

    private static string Prefix(string text) => text.StartsWith('/') && text.Trim('/').Length > 0
        ? text.TrimEnd('/')
        : throw new SettingsException($"--prefix: '{text}' does not begin with a slash and a name");
}

public sealed class SettingsException : Exception
{
    public SettingsException() { }
    public SettingsException(string message) : base(message) { }
    public SettingsException(string message, Exception? inner) : base(message, inner) { }
}
