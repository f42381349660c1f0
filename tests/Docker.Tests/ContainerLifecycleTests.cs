namespace Docker.Tests;

public sealed class ContainerLifecycleTests(TestRun run) : IClassFixture<TestRun>
{
    private DockerEngine Engine => run.Engine;

    [Fact]
    public async Task A_container_goes_from_created_to_running_to_exited_to_gone()
    {
        var name = run.NewName();
        var id = await Engine.CreateContainerAsync(name, run.Config("sleep", "300"));
        var created = await run.InspectAsync(id);
        created.Id.Should().Be(id);
        created.Name.Should().Be(name);
        created.Image.Should().Be(run.Image);
        created.ImageId.Should().StartWith("sha256:");
        created.Labels.Should().Contain("reconciler.test.run", run.Id);
        created.State.Should().BeEquivalentTo(new ContainerState { Status = "created" }, "it never ran, so it has no times");

        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await Engine.StartContainerAsync(id);
        var running = (await run.InspectAsync(name)).State;
        running.Should().Match<ContainerState>(s => s.Running && s.Status == "running" && s.Pid > 0 && s.FinishedAt == null);
        running.StartedAt.Should().BeAfter(before).And.BeBefore(DateTimeOffset.UtcNow.AddSeconds(1));

        await Engine.KillContainerAsync(id);
        (await Engine.WaitContainerAsync(id)).Should().Be(137);
        var exited = (await run.InspectAsync(id)).State;
        exited.Should().Match<ContainerState>(s => !s.Running && s.Status == "exited" && s.ExitCode == 137 && !s.OomKilled);
        exited.FinishedAt.Should().BeOnOrAfter(exited.StartedAt!.Value);

        await Engine.RemoveContainerAsync(id, force: false);
        (await Engine.InspectContainerAsync(id)).Should().BeNull();
    }

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 255", 255)]
    [InlineData("sh -c 'kill -TERM $$'; exit $?", 143)]
    public async Task Wait_gives_the_exit_code(string script, int code)
    {
        var id = await run.StartAsync(run.Shell(script));
        (await Engine.WaitContainerAsync(id)).Should().Be(code);
        (await run.InspectAsync(id)).State.ExitCode.Should().Be(code);
    }

    [Fact]
    public async Task Wait_ends_with_the_callers_cancellation()
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        using var cancellation = new CancellationTokenSource();
        var waiting = Engine.WaitContainerAsync(id, cancellation.Token);
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Stop_sends_SIGTERM_first_and_SIGKILL_after_the_grace_period()
    {
        var polite = await run.StartAsync(run.Shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"));
        var stubborn = await run.StartAsync(run.Shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        foreach (var id in new[] { polite, stubborn })
            await Testing.Eventually.TrueAsync("the trap is set", async () => (await TestRun.OutputAsync(Engine, id)).Stdout.Length > 0);

        await Engine.StopContainerAsync(polite, TimeSpan.FromSeconds(30));
        await Engine.StopContainerAsync(stubborn, TimeSpan.FromMilliseconds(500));

        (await run.InspectAsync(polite)).State.ExitCode.Should().Be(7);
        (await run.InspectAsync(stubborn)).State.ExitCode.Should().Be(137);
    }

    [Fact]
    public async Task Asking_for_what_is_so_already_is_no_error()
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        await Engine.StartContainerAsync(id);

        await Engine.StopContainerAsync(id, TimeSpan.Zero);
        await Engine.StopContainerAsync(id, TimeSpan.Zero);
        await Engine.KillContainerAsync(id);

        await Engine.RemoveContainerAsync(id, force: false);
        await Engine.RemoveContainerAsync(id, force: false);
        await Engine.StopContainerAsync(id, TimeSpan.Zero);
        await Engine.KillContainerAsync(id);
        (await Engine.InspectContainerAsync(id)).Should().BeNull();
    }

    [Fact]
    public async Task Many_removers_of_one_container_all_succeed()
    {
        var id = await run.StartAsync(run.Config("sleep", "300"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Engine.RemoveContainerAsync(id, force: true)));
        await Testing.Eventually.TrueAsync("it is gone", async () => await Engine.InspectContainerAsync(id) is null);
    }

    [Fact]
    public async Task A_signal_of_choice_reaches_the_process()
    {
        var id = await run.StartAsync(run.Shell("trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done"));
        await Testing.Eventually.TrueAsync("the trap is set", async () => (await TestRun.OutputAsync(Engine, id)).Stdout.Length > 0);
        await Engine.KillContainerAsync(id, "SIGUSR1");
        (await Engine.WaitContainerAsync(id)).Should().Be(9);
    }

    [Fact]
    public async Task Refusals_carry_the_status_and_Dockers_words()
    {
        var name = run.NewName();
        var id = await Engine.CreateContainerAsync(name, run.Config("sleep", "300"));
        (await Refusal(() => Engine.CreateContainerAsync(name, run.Config("true")))).Should()
            .Match<DockerException>(e => e.StatusCode == 409 && e.Message.Contains(id), "the holder of the name is named");

        (await Refusal(() => run.CreateAsync(run.Config("true") with { Image = "reconciler-test/none:1" }))).Should()
            .Match<DockerException>(e => e.StatusCode == 404 && e.Message.Contains("No such image"));
        (await Refusal(() => Engine.StartContainerAsync("reconciler-test-none"))).StatusCode.Should().Be(404);
        (await Refusal(() => Engine.WaitContainerAsync("reconciler-test-none"))).StatusCode.Should().Be(404);
        (await Refusal(() => TestRun.OutputAsync(Engine, "reconciler-test-none"))).StatusCode.Should().Be(404);

        await Engine.StartContainerAsync(id);
        (await Refusal(() => Engine.RemoveContainerAsync(id, force: false))).StatusCode.Should().Be(409);
        (await Refusal(() => Engine.KillContainerAsync(id, "SIGNONE"))).Message.Should().Contain("SIGNONE");

        var bad = await run.CreateAsync(run.Config("/no/such/program"));
        (await Refusal(() => Engine.StartContainerAsync(bad))).Message.Should().Contain("/no/such/program");
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../images/json")]
    [InlineData("a/b?force=1#x")]
    public async Task A_name_that_is_none_reaches_no_other_part_of_the_api(string name)
    {
        (await Refusal(() => Engine.StartContainerAsync(name))).StatusCode.Should().Be(400);
        (await Refusal(() => Engine.CreateContainerAsync(name + "/", run.Config("true")))).StatusCode.Should().Be(400);
    }

    [Fact]
    public async Task A_list_has_stopped_ones_too_and_wants_every_label()
    {
        var marked = run.Config("sleep", "300") with
        {
            Labels = new Dictionary<string, string> { ["reconciler.test.run"] = run.Id, ["pod"] = "blåbær/\"<&>", ["only"] = "" },
        };
        var created = await run.CreateAsync(marked);
        var running = await run.StartAsync(marked);
        await run.CreateAsync(run.Config("true"));

        var listed = await Engine.ListContainersAsync([run.Label, "pod=blåbær/\"<&>"]);
        listed.Select(c => (c.Id, c.State)).Should().BeEquivalentTo([(created, "created"), (running, "running")]);
        listed.Should().OnlyContain(c => c.Labels["pod"] == "blåbær/\"<&>" && c.Image == run.Image);
        listed.Should().OnlyContain(c => c.Name.StartsWith("reconciler-test-") && c.Created > DateTimeOffset.UtcNow.AddMinutes(-5));

        (await Engine.ListContainersAsync([run.Label, "only"])).Should().HaveCount(2);
        (await Engine.ListContainersAsync([run.Label, "pod=other"])).Should().BeEmpty();
    }

    [Fact]
    public async Task Info_says_what_the_node_runs_on()
    {
        var info = await Engine.InfoAsync();
        info.Version.Should().NotBeEmpty();
        info.ApiVersion.Should().MatchRegex(@"^1\.\d+$");
        info.CgroupDriver.Should().BeOneOf("cgroupfs", "systemd");
        info.CgroupVersion.Should().BeOneOf("1", "2");
        info.KernelVersion.Should().Be(File.ReadAllText("/proc/sys/kernel/osrelease").Trim());
        new[] { info.StorageDriver, info.OperatingSystem, info.Architecture }.Should().NotContain("");
    }

    private static async Task<DockerException> Refusal(Func<Task> call) =>
        (await call.Should().ThrowAsync<DockerException>()).Which;
}
