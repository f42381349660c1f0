using NodeAgent.Hosting;

namespace NodeAgent.Tests;

public sealed class AgentConfigurationTests
{
    [Fact]
    public void Only_variables_of_ours_count()
    {
        using var set = new Variables(
            ("PREFIX", "/usr"), ("ETCD", "http://elsewhere:1"), ("DOCKER", "/elsewhere.sock"), ("STATE_DIR", "/elsewhere"),
            ("state-dir", "/elsewhere"), ("reconciler__prefix", "/elsewhere"));

        AgentConfiguration.Read([]).Should().Be(new AgentConfiguration
        {
            Etcd = null, Prefix = "/reconciler", Docker = "unix:///var/run/docker.sock", StateDirectory = "/var/lib/reconciler",
        });
    }

    [Fact]
    public void Variables_of_ours_are_read_beside_the_machines_own_and_the_command_line_wins()
    {
        using var set = new Variables(
            ("PREFIX", "/usr"), ("RECONCILER_PREFIX", "/ours"), ("RECONCILER_ETCD", "http://etcd:2379"),
            ("RECONCILER_STATE_DIR", "/state"), ("RECONCILER_DOCKER", "/variable.sock"));

        AgentConfiguration.Read(["--docker", "/flag.sock"]).Should().Be(new AgentConfiguration
        {
            Etcd = new Uri("http://etcd:2379"), Prefix = "/ours", Docker = "/flag.sock", StateDirectory = "/state",
        });
    }

    /// <summary>Set until disposed; tests of one class do not run at the same time, and no other reads these.</summary>
    private sealed class Variables : IDisposable
    {
        private readonly List<(string Name, string? Before)> _before = [];

        public Variables(params (string Name, string Value)[] values)
        {
            foreach (var (name, value) in values)
            {
                _before.Add((name, Environment.GetEnvironmentVariable(name)));
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose()
        {
            foreach (var (name, before) in _before)
                Environment.SetEnvironmentVariable(name, before);
        }
    }
}
