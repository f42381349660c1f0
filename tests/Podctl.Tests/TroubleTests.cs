using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Testing;

namespace Podctl.Tests;

/// <summary>What goes wrong before or beside the work: one line that says what, and the documented exit code.</summary>
public sealed class TroubleTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    public static TheoryData<string[]> EtcdCommands => new()
    {
        new[] { "get", "pods" }, new[] { "get", "nodes" }, new[] { "describe", "pod", "a" }, new[] { "delete", "pod", "a" }, new[] { "watch", "pods" },
    };

    [Theory]
    [MemberData(nameof(EtcdCommands))]
    public async Task No_etcd_is_told_with_its_address(string[] arguments)
    {
        var address = $"http://127.0.0.1:{FreePort.Next().ToString(CultureInfo.InvariantCulture)}";
        var result = await new PodctlProgram(address, null).RunAsync(arguments);
        result.ExitCode.Should().Be(1);
        result.Out.Should().BeEmpty();
        result.Error.Should().MatchRegex($"^podctl: no etcd at {address}: [^\n]*\n$");
    }

    [Fact]
    public async Task An_etcd_that_does_not_answer_is_told_with_its_address()
    {
        await using var server = await EtcdServer.StartAsync();
        server.Pause();
        var result = await new PodctlProgram(server.Endpoint.OriginalString, null).RunAsync("get", "pods");
        result.ExitCode.Should().Be(1);
        result.Error.Should().StartWith($"podctl: etcd at {server.Endpoint.OriginalString}: ").And.NotContain("   at ");
    }

    [Theory]
    [InlineData("localhost:2379")]
    [InlineData("not an address")]
    [InlineData("ftp://127.0.0.1")]
    public async Task An_address_that_is_none(string address)
    {
        var result = await Podctl.RunAsync("get", "pods", "--etcd", address);
        result.ExitCode.Should().Be(1);
        result.Error.Should().Be($"podctl: --etcd {address}: not a URL such as http://127.0.0.1:2379\n");
    }

    [Fact]
    public async Task The_environment_names_etcd_and_the_option_goes_before_it()
    {
        await PutSpecAsync("hello", HelloSpec);
        (await Podctl.RunAsync("get", "pods", "-o", "name")).Out.Should().Be("pod/hello\n");
        (await Podctl.RunAsync("get", "pods", "--etcd", "http://127.0.0.1:1")).Error.Should().Contain("no etcd at http://127.0.0.1:1:");
    }

    [Theory]
    [InlineData("gett")]
    [InlineData("get", "poods")]
    [InlineData("get", "pods", "-o", "xml")]
    [InlineData("apply")]
    [InlineData("get", "pods", "--colour")]
    [InlineData("delete", "pod")]
    public async Task A_wrong_command_line_is_2(params string[] arguments)
    {
        var result = await Podctl.RunAsync(arguments);
        result.ExitCode.Should().Be(2);
        result.Error.Should().NotBeEmpty().And.NotContain("   at ");
    }

    [Fact]
    public async Task A_file_that_is_not_there()
    {
        var result = await Podctl.RunAsync("apply", "-f", "/no/such/file.yaml");
        result.Should().Be(new CommandResult(1, "", "podctl: /no/such/file.yaml: no such file or folder\n"));
    }

    [Fact]
    public async Task A_folder_without_specs()
    {
        var result = await Podctl.RunAsync("apply", "-f", FilesFolder);
        result.Should().Be(new CommandResult(1, "", $"podctl: {FilesFolder}: holds no .yaml, .yml or .json file\n"));
    }

    [Fact]
    public async Task Dev_tells_every_used_port_and_how_to_choose_others()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var two = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        two.Start();
        var (etcd, http) = (PortOf(one), PortOf(two));
        var result = await Podctl.RunAsync(
            "dev", "--etcd-port", etcd, "--http-port", http, "--mesos-port", FreePort.Next().ToString(CultureInfo.InvariantCulture),
            "--agent-port", FreePort.Next().ToString(CultureInfo.InvariantCulture), "--state-dir", FilesFolder);
        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain($"port {etcd}, wanted for etcd, is in use; choose another: --etcd-port PORT (make run: ETCD_PORT=PORT)")
            .And.Contain($"port {http}, wanted for the reconciler, is in use; choose another: --http-port PORT (make run: HTTP_PORT=PORT)");

        static string PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Version_is_a_word_and_a_number() =>
        (await Podctl.RunAsync("version")).Out.Should().MatchRegex("^podctl [0-9]+\\.[0-9]+\\.[0-9]+\n$");
}
