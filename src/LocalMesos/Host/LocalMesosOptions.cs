using System.Globalization;
using LocalMesos.Core;
using Mesos.Resources;
using Mesos.V1;
using Attribute = Mesos.V1.Attribute;

namespace LocalMesos.Host;

/// <summary>The command line.</summary>
public sealed record LocalMesosOptions
{
    public const string Usage = """
        Usage: local-mesos [--agents N] [--ip 127.0.0.1] [--port 5050] [--agent-port 5051] [--work-dir DIR]
                           [--resources 'cpus:8;mem:16384;disk:100000;ports:[31000-32000]'] [--attributes 'rack:r1;zone:z1']
                           [--hostname NAME]

        A Mesos master and N agents in one process, for one machine and for tests.

          --agents N        how many agents (1)
          --ip IP           where to listen and what to announce (127.0.0.1)
          --port PORT       the master's port (5050)
          --agent-port PORT the first agent's port, the others follow (5051)
          --work-dir DIR    where the executors' sandboxes are (a folder below the temporary one)
          --resources TEXT  of each agent (this machine's, and 1000 ports of its own from 31000 up)
          --attributes TEXT of each agent
          --hostname NAME   of master and agents (the IP)
        """;

    public int Agents { get; init; } = 1;
    public string Ip { get; init; } = "127.0.0.1";
    public int Port { get; init; } = 5050;
    public int AgentPort { get; init; } = 5051;
    public string WorkDirectory { get; init; } = Path.Combine(Path.GetTempPath(), "local-mesos");
    public ResourceBag? Resources { get; init; }
    public IReadOnlyList<Attribute> Attributes { get; init; } = [];
    public string? Hostname { get; init; }

    /// <summary>Throws <see cref="FormatException"/> that says what is wrong. Both `--port 5050` and `--port=5050` are taken.</summary>
    public static LocalMesosOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LocalMesosOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? arguments[i] : arguments[i][..equals];
            var value = equals >= 0 ? arguments[i][(equals + 1)..]
                : i + 1 < arguments.Count ? arguments[++i]
                : throw new FormatException($"{name} needs a value, or is not known; try --help");
            options = options.With(name, value);
        }
        if (options.AgentPort + options.Agents - 1 > ushort.MaxValue)
            throw new FormatException($"{options.Agents} agents from port {options.AgentPort} up go beyond {ushort.MaxValue}");
        if (options.Port >= options.AgentPort && options.Port < options.AgentPort + options.Agents)
            throw new FormatException($"--port {options.Port} is also an agent's port");
        return options;
    }

    public MesosCoreOptions CoreOptions() => new()
    {
        Ip = Ip,
        Hostname = Hostname ?? Ip,
        Port = Port,
        WorkDirectory = Path.GetFullPath(WorkDirectory),
    };

    public AgentOptions Agent(int index) => new()
    {
        Ip = Ip,
        Hostname = Hostname ?? Ip,
        Port = AgentPort + index,
        Attributes = Attributes,
        Resources = (Resources ?? Machine.Resources(index, Agents, Path.GetFullPath(WorkDirectory))).ToProto(),
    };

    private LocalMesosOptions With(string name, string value) => name switch
    {
        "--agents" => this with { Agents = Number(name, value, 1, 10_000) },
        "--ip" => this with
        {
            Ip = System.Net.IPAddress.TryParse(value, out var ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? ip.ToString()
                : throw new FormatException($"--ip {value} is no IPv4 address"),
        },
        "--port" => this with { Port = Number(name, value, 1, ushort.MaxValue) },
        "--agent-port" => this with { AgentPort = Number(name, value, 1, ushort.MaxValue) },
        "--work-dir" => this with { WorkDirectory = value },
        "--resources" => this with { Resources = ResourceText.Parse(value) },
        "--attributes" => this with { Attributes = ParseAttributes(value) },
        "--hostname" => this with { Hostname = value },
        _ => throw new FormatException($"{name} is not known; try --help"),
    };

    private static int Number(string name, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new FormatException($"{name} {value} is no number from {min} to {max}");

    private static List<Attribute> ParseAttributes(string text) =>
    [
        .. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new FormatException($"`{part}` is no attribute; wanted is name:value");
            var (name, value) = (part[..colon].Trim(), part[(colon + 1)..].Trim());
            return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? new Attribute { Name = name, Type = Value.Types.Type.Scalar, Scalar = new() { Value = number } }
                : new Attribute { Name = name, Type = Value.Types.Type.Text, Text = new() { Value = value } };
        }),
    ];
}
