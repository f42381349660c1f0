using System.Text;
using Testing;

namespace Docker.Tests;

public sealed class ContainerConfigTests(TestRun run) : IClassFixture<TestRun>
{
    [Fact]
    public async Task The_process_gets_its_command_environment_directory_user_and_hostname()
    {
        var config = run.Config("a b", "$HOME \"quoted\" 'ü'") with
        {
            Entrypoint = ["sh", "-c", "printf '%s\\n' \"$0\" \"$1\" \"$GREETING\" \"$(pwd)\" \"$(id -u):$(id -g)\" \"$(hostname)\""],
            Environment = ["GREETING=größe=1 <&>"],
            WorkingDirectory = "/www",
            User = "65534:65534",
            Hostname = "web-0",
        };
        var id = await run.StartAsync(config);
        await run.Engine.WaitContainerAsync(id);
        var (stdout, _) = await TestRun.OutputAsync(run.Engine, id);
        Encoding.UTF8.GetString(stdout).TrimEnd().Split('\n').Should().Equal(
            "a b", "$HOME \"quoted\" 'ü'", "größe=1 <&>", "/www", "65534:65534", "web-0");
    }

    [Fact]
    public async Task Nothing_given_leaves_the_images_own_command()
    {
        var id = await run.StartAsync(run.Config() with { Entrypoint = [], Environment = [], Hostname = "" });
        (await run.Engine.WaitContainerAsync(id)).Should().Be(0, "the image's sh ends at once without input");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("")]
    public async Task A_published_port_serves_the_containers_page(string hostIp)
    {
        var port = FreePort.Next();
        var config = run.Config("httpd", "-f", "-p", "8080", "-h", "/www") with
        {
            Ports = [new PortBinding(8080, "TCP", port, hostIp), new PortBinding(8080, "tcp", 0, "127.0.0.1"), new PortBinding(53, "udp", 0, "127.0.0.1")],
        };
        var id = await run.StartAsync(config);
        var details = await run.InspectAsync(id);

        details.IpAddress.Should().MatchRegex(@"^\d+\.\d+\.\d+\.\d+$");
        details.Ports.Should().Contain(b => b.ContainerPort == 8080 && b.Protocol == "tcp" && b.HostPort == port);
        details.Ports.Should().ContainSingle(b => b.Protocol == "udp" && b.ContainerPort == 53 && b.HostPort > 0);
        var chosen = details.Ports.First(b => b.ContainerPort == 8080 && b.HostPort != port).HostPort;

        using var http = new HttpClient();
        foreach (var hostPort in new[] { port, chosen })
        {
            var page = await Eventually.GetAsync<string>("the page", async () => await http.GetStringAsync($"http://127.0.0.1:{hostPort}/index.html"));
            page.Should().Be("hello from busybox\n");
        }
    }

    [Fact]
    public async Task A_taken_host_port_fails_the_start_and_says_so()
    {
        var port = FreePort.Next();
        var config = run.Config("sleep", "300") with { Ports = [new PortBinding(80, "tcp", port, "127.0.0.1")] };
        await run.StartAsync(config);
        var second = await run.CreateAsync(config);
        var refused = await FluentActions.Awaiting(() => run.Engine.StartContainerAsync(second)).Should().ThrowAsync<DockerException>();
        refused.Which.Message.Should().Contain("already allocated");
        refused.Which.StatusCode.Should().Be(500);
        (await run.InspectAsync(second)).State.Should().Match<ContainerState>(s => !s.Running && s.Error.Contains("already allocated"));
    }

    [Fact]
    public async Task Containers_of_a_pod_share_network_ipc_and_pids()
    {
        var sandbox = await run.StartAsync(run.Config("httpd", "-f", "-p", "8080", "-h", "/www") with { IpcMode = "shareable", Hostname = "pod-0" });
        var joined = await run.StartAsync(
            run.Shell("hostname; readlink /proc/1/exe; until wget -q -O - http://127.0.0.1:8080/index.html; do sleep 0.1; done") with
            {
                NetworkMode = "container:" + sandbox,
                IpcMode = "container:" + sandbox,
                PidMode = "container:" + sandbox,
                // Not Docker's to set in a shared network; it must not stand in the way either.
                Hostname = "ignored",
            });
        (await run.Engine.WaitContainerAsync(joined)).Should().Be(0);
        var (stdout, _) = await TestRun.OutputAsync(run.Engine, joined);
        Encoding.UTF8.GetString(stdout).Should().StartWith("pod-0\n").And.EndWith("hello from busybox\n");
        (await run.InspectAsync(joined)).IpAddress.Should().BeEmpty();
    }

    [Fact]
    public async Task Beyond_its_memory_limit_a_container_is_oom_killed_and_has_no_swap_to_flee_to()
    {
        var id = await run.StartAsync(run.Config("tail", "/dev/zero") with { MemoryBytes = 16 << 20 });
        (await run.Engine.WaitContainerAsync(id)).Should().Be(137);
        (await run.InspectAsync(id)).State.OomKilled.Should().BeTrue();
        var raw = await RawEngine.GetAsync($"/containers/{id}/json");
        raw.GetProperty("HostConfig").GetProperty("MemorySwap").GetInt64().Should().Be(16 << 20);
    }

    [Fact]
    public async Task Limits_and_security_reach_the_host_config()
    {
        var id = await run.CreateAsync(run.Config("true") with
        {
            MemoryBytes = 64 << 20,
            NanoCpus = 64_000_000_000,
            CpuShares = 512,
            SecurityOptions = ["no-new-privileges"],
            Init = true,
            NetworkMode = "none",
        });
        var raw = await RawEngine.GetAsync($"/containers/{id}/json");
        var host = raw.GetProperty("HostConfig");
        host.GetProperty("Memory").GetInt64().Should().Be(64 << 20);
        host.GetProperty("CpuPeriod").GetInt64().Should().Be(100_000);
        host.GetProperty("CpuQuota").GetInt64().Should().Be(6_400_000, "a limit may be more than the machine has");
        host.GetProperty("CpuShares").GetInt64().Should().Be(512);
        host.GetProperty("SecurityOpt")[0].GetString().Should().Be("no-new-privileges");
        host.GetProperty("Init").GetBoolean().Should().BeTrue();
        host.GetProperty("NetworkMode").GetString().Should().Be("none");
        host.GetProperty("RestartPolicy").GetProperty("Name").GetString().Should().BeOneOf("", "no");
        raw.GetProperty("Config").GetProperty("Tty").GetBoolean().Should().BeFalse();
        raw.GetProperty("Config").GetProperty("OpenStdin").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task The_smallest_cpu_limit_starts()
    {
        var id = await run.StartAsync(run.Config("true") with { NanoCpus = 1_000_000, CpuShares = 2 });
        (await run.Engine.WaitContainerAsync(id)).Should().Be(0);
    }
}
