using System.Globalization;
using System.Text.Json.Serialization;

namespace Docker.Wire;

internal sealed record CreateAnswer(string? Id);

internal sealed record WaitAnswer(long? StatusCode, WaitError? Error);

internal sealed record WaitError(string? Message);

internal sealed record ListedContainer(
    string? Id, string[]? Names, string? Image, string? State, long Created, Dictionary<string, string>? Labels)
{
    public ContainerSummary ToSummary() => new()
    {
        Id = Id ?? "",
        // A link from another container shows as `/other/alias`; the container's own name has one slash.
        Name = (Names ?? []).FirstOrDefault(n => n.LastIndexOf('/') <= 0, "").TrimStart('/'),
        Image = Image ?? "",
        State = State ?? "",
        Created = DateTimeOffset.FromUnixTimeSeconds(Created),
        Labels = Labels ?? [],
    };
}

internal sealed record InspectedContainer(
    string? Id, string? Name, [property: JsonPropertyName("Image")] string? ImageId, InspectedState? State,
    InspectedConfig? Config, InspectedNetworks? NetworkSettings)
{
    public ContainerDetails ToDetails() => new()
    {
        Id = Id ?? "",
        Name = (Name ?? "").TrimStart('/'),
        Image = Config?.Image ?? "",
        ImageId = ImageId ?? "",
        Labels = Config?.Labels ?? [],
        State = State?.ToState() ?? new ContainerState { Status = "" },
        IpAddress = NetworkSettings?.Address() ?? "",
        Ports = NetworkSettings?.Bindings() ?? [],
    };
}

internal sealed record InspectedConfig(string? Image, bool Tty, Dictionary<string, string>? Labels);

internal sealed record InspectedState(
    string? Status, bool Running, [property: JsonPropertyName("OOMKilled")] bool OomKilled, int Pid, int ExitCode, string? Error,
    string? StartedAt, string? FinishedAt)
{
    public ContainerState ToState() => new()
    {
        Status = Status ?? "",
        Running = Running,
        OomKilled = OomKilled,
        Pid = Pid,
        ExitCode = ExitCode,
        Error = Error ?? "",
        StartedAt = DockerTime.Parse(StartedAt),
        FinishedAt = DockerTime.Parse(FinishedAt),
    };
}

internal sealed record InspectedNetworks(
    [property: JsonPropertyName("IPAddress")] string? IpAddress,
    Dictionary<string, InspectedNetwork>? Networks,
    Dictionary<string, HostBinding[]?>? Ports)
{
    /// <summary>The bridge's address stands at the top in older APIs; newer ones have it only beside its network.</summary>
    public string? Address() =>
        string.IsNullOrEmpty(IpAddress)
            ? Networks?.Values.Select(n => n?.IpAddress).FirstOrDefault(a => !string.IsNullOrEmpty(a))
            : IpAddress;

    /// <summary>`80/tcp` → bindings; a port that is exposed but not published has none.</summary>
    public List<PortBinding> Bindings()
    {
        var all = new List<PortBinding>();
        foreach (var (key, bindings) in Ports ?? [])
        {
            var slash = key.IndexOf('/');
            var protocol = slash < 0 ? "tcp" : key[(slash + 1)..];
            if (!int.TryParse(slash < 0 ? key : key[..slash], CultureInfo.InvariantCulture, out var containerPort))
                continue;
            foreach (var binding in bindings ?? [])
            {
                if (int.TryParse(binding.HostPort, CultureInfo.InvariantCulture, out var hostPort))
                    all.Add(new PortBinding(containerPort, protocol, hostPort, binding.HostIp ?? ""));
            }
        }
        return all;
    }
}

internal sealed record InspectedNetwork([property: JsonPropertyName("IPAddress")] string? IpAddress);

internal sealed record HostBinding(string? HostIp, string? HostPort);
