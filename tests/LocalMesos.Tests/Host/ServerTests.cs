using System.Diagnostics;
using System.Globalization;
using LocalMesos.Host;
using LocalMesos.Tests.Core;
using Mesos.V1;
using Testing;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Tests.Host;

public sealed class ServerTests
{
    /// <summary>A shell with a child in the background; both write down who they are.</summary>
    private static readonly CommandInfo Sleeper = new()
    {
        Shell = true,
        Value = "sleep 600 & echo $! > child; echo $$ > pid; env > environment; wait",
    };

    [Fact]
    public async Task Launch_update_acknowledge_kill()
    {
        await using var server = await LiveServer.StartAsync();
        await using var framework = await LiveFramework.SubscribeAsync(server);
        await framework.LaunchAsync("t", Sleeper);
        var (executor, heard) = framework.PlayExecutor(server);
        await Heard(heard, "LAUNCH t");
        await executor.SendAsync(LiveFramework.Update(Cluster.Status("t", TaskState.TaskRunning)), default);
        var running = await framework.WaitForAsync("t", TaskState.TaskRunning);
        await Heard(heard, "ACKNOWLEDGED t");
        await framework.AcknowledgeAsync(running.Update.Status);
        await framework.CallAsync(new SchedulerCall { Type = SchedulerCallType.Kill, Kill = new() { TaskId = new() { Value = "t" } } });
        await Heard(heard, "KILL t");
        await executor.SendAsync(LiveFramework.Update(Cluster.Status("t", TaskState.TaskKilled)), default);
        await framework.WaitForAsync("t", TaskState.TaskKilled);

        var environment = await File.ReadAllLinesAsync(server.SandboxFiles("environment").Single());
        environment.Should().Contain($"MESOS_AGENT_ENDPOINT=127.0.0.1:{server.Options.AgentPort}").And.NotContain(l => l.StartsWith("HOME=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Crash_is_told_with_its_wait_status_and_takes_the_whole_session_along()
    {
        await using var server = await LiveServer.StartAsync();
        await using var framework = await LiveFramework.SubscribeAsync(server);
        await framework.LaunchAsync("t", Sleeper);
        var child = await PidAsync(server, "child");
        using (var shell = Process.GetProcessById(await PidAsync(server, "pid")))
            shell.Kill();

        (await framework.WaitAsync("FAILURE", e => e.Failure is not null)).Failure.Status.Should().Be(9);
        (await framework.WaitForAsync("t", TaskState.TaskFailed)).Update.Status.Reason.Should().Be(TaskStatus.Types.Reason.ExecutorTerminated);
        IsRunning(child).Should().BeFalse();
    }

    [Fact]
    public async Task Failover_ends_the_first_stream_and_brings_what_was_not_acknowledged()
    {
        await using var server = await LiveServer.StartAsync();
        await using var first = await LiveFramework.SubscribeAsync(server);
        await first.LaunchAsync("t", Sleeper);
        var (executor, heard) = first.PlayExecutor(server);
        await Heard(heard, "LAUNCH t");
        var status = Cluster.Status("t", TaskState.TaskRunning);
        await executor.SendAsync(LiveFramework.Update(status), default);
        await first.WaitForAsync("t", TaskState.TaskRunning);

        await using var second = await LiveFramework.SubscribeAsync(server, first.Id);
        await first.Ended;
        first.Events.Last().Error.Message.Should().Be("Framework failed over");
        (await second.WaitForAsync("t", TaskState.TaskRunning)).Update.Status.Uuid.Should().Equal(status.Uuid);
    }

    [Fact]
    public async Task Uris_are_fetched_before_the_start()
    {
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(files["tool"], "#!/bin/sh\necho \"$0\" > ran\nsleep 600\n");
        await using var server = await LiveServer.StartAsync();
        await using var framework = await LiveFramework.SubscribeAsync(server);
        await framework.LaunchAsync("t", new CommandInfo
        {
            Shell = false,
            Value = "./worker",
            Arguments = { "worker" },
            Uris = { new CommandInfo.Types.URI { Value = files["tool"], Executable = true, OutputFile = "worker" } },
        });
        await Eventually.TrueAsync("the fetched program ran", () => server.SandboxFiles("ran").Length == 1);
    }

    [Fact]
    public async Task Uri_that_is_not_there_fails_the_task()
    {
        await using var server = await LiveServer.StartAsync();
        await using var framework = await LiveFramework.SubscribeAsync(server);
        await framework.LaunchAsync("t", new CommandInfo { Value = "true", Uris = { new CommandInfo.Types.URI { Value = "file:///no/such/file" } } });
        var status = (await framework.WaitForAsync("t", TaskState.TaskFailed)).Update.Status;
        status.Reason.Should().Be(TaskStatus.Types.Reason.ContainerLaunchFailed);
        status.Message.Should().StartWith("Failed to launch container: Failed to fetch all URIs for container '");
    }

    /// <summary>That is no I/O error. The task ends, and so does the server: a fault left in a container's task would fly there.</summary>
    [Theory]
    [InlineData("/bin/busybox", "work\0er")]
    [InlineData("/bin/busy\0box", "worker")]
    public async Task Uri_that_no_system_call_would_take_fails_the_task(string uri, string file)
    {
        await using var server = await LiveServer.StartAsync();
        await using var framework = await LiveFramework.SubscribeAsync(server);
        await framework.LaunchAsync("t", new CommandInfo { Value = "true", Uris = { new CommandInfo.Types.URI { Value = uri, OutputFile = file } } });
        var status = (await framework.WaitForAsync("t", TaskState.TaskFailed)).Update.Status;
        status.Reason.Should().Be(TaskStatus.Types.Reason.ContainerLaunchFailed);
        status.Message.Should().StartWith("Failed to launch container: Failed to fetch all URIs for container '");
    }

    [Fact]
    public async Task Sigterm_leaves_no_process()
    {
        using var folder = new TempDirectory();
        var (port, agentPort) = (FreePort.Next(), FreePort.Next());
        using var program = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "local-mesos.dll"), "--port", $"{port}", "--agent-port", $"{agentPort}", "--work-dir", folder["work"]])
        {
            RedirectStandardOutput = true,
        })!;
        var output = program.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.TrueAsync("healthy", async () => (await http.GetAsync("/health")).IsSuccessStatusCode);
        using var subscription = await RawCalls.SubscribeAsync(http);
        await RawCalls.LaunchAsync(http, subscription, Sleeper);
        var child = await PidAsync(folder["work"], "child");
        IsRunning(child).Should().BeTrue();

        using (var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]))
            await kill.WaitForExitAsync();
        await program.WaitForExitAsync();
        program.ExitCode.Should().Be(0, await output);
        IsRunning(child).Should().BeFalse();
    }

    [Fact]
    public async Task Port_in_use_is_said_in_a_line_with_the_way_out()
    {
        await using var server = await LiveServer.StartAsync();
        await using var second = new Server(server.Options with { AgentPort = FreePort.Next() });
        var start = async () => await second.StartAsync();
        (await start.Should().ThrowAsync<IOException>()).WithMessage(
            $"port {server.Options.Port} of 127.0.0.1 is in use; choose another with --port");
    }

    private static Task Heard(IEnumerable<ExecutorEvent> heard, string line) =>
        Eventually.TrueAsync(line, () => heard.Any(e => EventLines.Of(e) == line));

    private static Task<int> PidAsync(LiveServer server, string file) => PidAsync(server.WorkDirectory, file);

    private static async Task<int> PidAsync(string folder, string file)
    {
        var text = await Eventually.GetAsync(file, async () =>
        {
            var path = Directory.GetFiles(folder, file, SearchOption.AllDirectories).First();
            var content = await File.ReadAllTextAsync(path);
            return content.EndsWith('\n') ? content : null;
        });
        return int.Parse(text, CultureInfo.InvariantCulture);
    }

    private static bool IsRunning(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
