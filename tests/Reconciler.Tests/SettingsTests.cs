using Microsoft.Extensions.Configuration;
using Reconciler.Host;
using Testing;

namespace Reconciler.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Defaults_suit_a_machine_of_ones_own()
    {
        var settings = Read("--agent-path", "/bin/true");
        (settings.Etcd, settings.Mesos).Should().Be((new Uri("http://127.0.0.1:2379"), new Uri("http://127.0.0.1:5050")));
        settings.Listen.Should().Be("http://127.0.0.1:8080/", "nothing listens beyond this machine unless told to");
        settings.ControlPlane.Prefix.Should().Be("/reconciler");
        settings.ControlPlane.LeaderTtl.Should().Be(TimeSpan.FromSeconds(5));
        settings.ControlPlane.Agent.EtcdEndpoint.Should().Be("http://127.0.0.1:2379");
        settings.ControlPlane.Identity.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("role")]
    [InlineData("agent-state-dir")]
    public void A_flag_counts_before_a_variable_and_that_before_the_file(string name)
    {
        var variable = name.Replace('-', '_').ToUpperInvariant();
        string Of(string? flag, string? environment, string? file)
        {
            var builder = new ConfigurationManager();
            builder.AddInMemoryCollection(file is null ? [] : [new(name, file), new("agent-path", "/bin/true")]);
            builder.AddInMemoryCollection(environment is null ? [] : [new(variable, environment), new("AGENT_PATH", "/bin/true")]);
            builder.AddCommandLine(flag is null ? [] : [$"--{name}", flag]);
            var plane = ReconcilerSettings.Read(builder).ControlPlane;
            return name == "role" ? plane.Role : plane.Agent.StateDirectory;
        }
        Of("flag", "variable", "file").Should().Be("flag");
        Of(null, "variable", "file").Should().Be("variable");
        Of("flag", null, "file").Should().Be("flag");
        Of(null, null, "file").Should().Be("file");
    }

    [Theory]
    [InlineData("--etcd: 'x' is no http:// URL", "--etcd", "x")]
    [InlineData("--etcd: 'https://h:1' is no http:// URL", "--etcd", "https://h:1")]
    [InlineData("--listen: '' is no http:// URL", "--listen", "")]
    [InlineData("--leader-ttl: '0' is no positive number", "--leader-ttl", "0")]
    [InlineData("--leader-ttl: '-1' is no positive number", "--leader-ttl", "-1")]
    [InlineData("--leader-ttl: '5s' is no positive number", "--leader-ttl", "5s")]
    [InlineData("--prefix: 'x' does not begin with a slash and a name", "--prefix", "x")]
    [InlineData("--prefix: '/' does not begin with a slash and a name", "--prefix", "/")]
    [InlineData("--agent-path: there is no file /none", "--agent-path", "/none")]
    public void A_bad_value_is_named(string message, params string[] args)
    {
        string[] all = args[0] == "--agent-path" ? args : [.. args, "--agent-path", "/bin/true"];
        this.Invoking(_ => Read(all)).Should().Throw<SettingsException>().WithMessage(message);
    }

    [Fact]
    public void The_agent_comes_in_one_way()
    {
        this.Invoking(_ => Read()).Should().Throw<SettingsException>().WithMessage("one of --agent-path and --agent-file is needed*");
        this.Invoking(_ => Read("--agent-path", "/bin/true", "--agent-file", "/bin/true")).Should().Throw<SettingsException>().WithMessage("only one of*");
    }

    [Fact]
    public void A_file_to_be_served_is_named_by_its_hash()
    {
        File.WriteAllText(_folder["agent"], "abc");
        const string sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        var agent = Read("--agent-file", _folder["agent"], "--advertise", "http://host:9/").ControlPlane.Agent;
        (agent.Path, agent.Uri, agent.Sha256).Should().Be((null, $"http://host:9/agent/{sha}", sha));
        Read("--agent-file", _folder["agent"], "--listen", "http://10.0.0.1:9").ControlPlane.Agent.Uri.Should().Be($"http://10.0.0.1:9/agent/{sha}");
    }

    [Fact]
    public void A_prefix_needs_no_slash_at_its_end() => Read("--prefix", "/a/b/", "--agent-path", "/bin/true").ControlPlane.Prefix.Should().Be("/a/b");

    [Theory]
    [InlineData("there is no --ectd*", "--ectd", "http://x:1")]
    [InlineData("there is no -e*", "-e", "x")]
    [InlineData("there is no http://x:1*", "http://x:1")]
    [InlineData("there is no /etcd*", "/etcd", "x")]
    [InlineData("--prefix is given without a value", "--role", "a", "--prefix")]
    public void Flags_that_would_pass_in_silence_are_refused(string message, params string[] args) =>
        args.Invoking(ReconcilerSettings.CheckFlags).Should().Throw<SettingsException>().WithMessage(message);

    [Fact]
    public void Flags_come_with_a_blank_or_an_equals_sign() => ReconcilerSettings.CheckFlags(["--role", "a", "--prefix=/x", "--user", "-odd"]);

    public void Dispose() => _folder.Dispose();

    private static ReconcilerSettings Read(params string[] args)
    {
        var builder = new ConfigurationManager();
        builder.AddCommandLine(args);
        return ReconcilerSettings.Read(builder);
    }
}
