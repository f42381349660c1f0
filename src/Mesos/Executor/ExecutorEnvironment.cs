namespace Mesos.Executor;

/// <summary>What an agent tells its executors in their environment (MESOS_…).</summary>
public sealed record ExecutorEnvironment
{
    /// <summary>MESOS_AGENT_ENDPOINT with the path of the executor API: `http://host:port/api/v1/executor`.</summary>
    public required Uri Endpoint { get; init; }
    public required string FrameworkId { get; init; }
    public required string ExecutorId { get; init; }
    /// <summary>The run's own directory: MESOS_SANDBOX, or MESOS_DIRECTORY in its absence.</summary>
    public required string Sandbox { get; init; }
    /// <summary>Agents name a run's directory after its container; no variable says it.</summary>
    public string ContainerId => Path.GetFileName(Path.TrimEndingDirectorySeparator(Sandbox));
    /// <summary>MESOS_SLAVE_ID, where set.</summary>
    public string? AgentId { get; init; }
    /// <summary>Whether the framework checkpoints, and its executors therefore outlive the agent.</summary>
    public bool Checkpoint { get; init; }
    /// <summary>How long an executor waits for its agent to come back; zero where the framework does not checkpoint.</summary>
    public TimeSpan RecoveryTimeout { get; init; }
    /// <summary>Set where the framework checkpoints.</summary>
    public TimeSpan? SubscriptionBackoffMax { get; init; }
    /// <summary>Between SHUTDOWN and the kill; 5 s where it is not said.</summary>
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>A secret; not part of the record's text.</summary>
    public string? AuthenticationToken { get; init; }

    /// <summary>Reads the process' own environment.</summary>
    public static ExecutorEnvironment FromProcess() => Parse(Environment.GetEnvironmentVariable);

    public static ExecutorEnvironment Parse(IReadOnlyDictionary<string, string> variables) =>
        Parse(name => variables.GetValueOrDefault(name));

    /// <summary>Throws <see cref="MesosException"/> that names every variable that is missing or wrong.</summary>
    public static ExecutorEnvironment Parse(Func<string, string?> variable)
    {
        var reader = new Reader(variable);
        var endpoint = reader.Endpoint("MESOS_AGENT_ENDPOINT");
        var checkpoint = reader.Flag("MESOS_CHECKPOINT");
        var environment = new ExecutorEnvironment
        {
            Endpoint = endpoint,
            FrameworkId = reader.Required("MESOS_FRAMEWORK_ID"),
            ExecutorId = reader.Required("MESOS_EXECUTOR_ID"),
            Sandbox = reader.Required("MESOS_SANDBOX", "MESOS_DIRECTORY"),
            AgentId = reader.Optional("MESOS_SLAVE_ID"),
            Checkpoint = checkpoint,
            RecoveryTimeout = checkpoint ? reader.Duration("MESOS_RECOVERY_TIMEOUT") ?? TimeSpan.FromMinutes(15) : TimeSpan.Zero,
            SubscriptionBackoffMax = reader.Duration("MESOS_SUBSCRIPTION_BACKOFF_MAX"),
            ShutdownGracePeriod = reader.Duration("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD") ?? TimeSpan.FromSeconds(5),
            AuthenticationToken = reader.Optional("MESOS_EXECUTOR_AUTHENTICATION_TOKEN"),
        };
        return reader.Faults.Count == 0
            ? environment
            : throw new MesosException($"not the environment of a Mesos executor: {string.Join("; ", reader.Faults)}");
    }

    public override string ToString() => $"executor {ExecutorId} of {FrameworkId} at {Endpoint}, sandbox {Sandbox}";

    /// <summary>Gathers the faults, so that all are told at once.</summary>
    private sealed class Reader(Func<string, string?> variable)
    {
        private static readonly Uri Nowhere = new("http://invalid.invalid/");

        public List<string> Faults { get; } = [];

        public string? Optional(string name) => variable(name) is { Length: > 0 } value ? value : null;

        public string Required(string name, string? substitute = null)
        {
            if ((Optional(name) ?? (substitute is null ? null : Optional(substitute))) is { } value)
                return value;
            Faults.Add(substitute is null ? $"{name} is not set" : $"neither {name} nor {substitute} is set");
            return "";
        }

        public Uri Endpoint(string name)
        {
            var value = Required(name);
            if (value.Length > 0 && Uri.TryCreate($"http://{value}/api/v1/executor", UriKind.Absolute, out var endpoint)
                && endpoint.Authority.Length > 0 && endpoint.AbsolutePath == "/api/v1/executor")
                return endpoint;
            if (value.Length > 0)
                Faults.Add($"{name} is `{value}`, not host:port");
            return Nowhere;
        }

        public bool Flag(string name) => Optional(name) is "1" or "true";

        public TimeSpan? Duration(string name)
        {
            if (Optional(name) is not { } value)
                return null;
            if (MesosDuration.TryParse(value, out var duration) && duration >= TimeSpan.Zero)
                return duration;
            Faults.Add($"{name} is `{value}`, not a duration such as 15mins or 2secs");
            return null;
        }
    }
}
