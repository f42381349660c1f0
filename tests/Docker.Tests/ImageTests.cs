using Testing;

namespace Docker.Tests;

public sealed class ImageTests(TestRun run) : IClassFixture<TestRun>
{
    [Fact]
    public async Task An_imported_image_is_there_with_its_command_until_it_is_removed()
    {
        var image = $"reconciler-test/import-{run.Id}:one";
        (await run.Engine.InspectImageAsync(image)).Should().BeNull();
        try
        {
            await run.Engine.ImportImageAsync(
                new MemoryStream(BusyboxImage.Tar()), $"reconciler-test/import-{run.Id}", "one",
                ["ENV PATH=/bin GREETING=\"a b\"", "CMD [\"sh\", \"-c\", \"echo $GREETING; exit 5\"]"]);
            var details = await run.Engine.InspectImageAsync(image);
            details!.Id.Should().StartWith("sha256:");
            details.RepoTags.Should().Equal(image);
            details.SizeBytes.Should().BeGreaterThan(1_000_000);
            (await run.Engine.InspectImageAsync(details.Id))!.Id.Should().Be(details.Id);

            var id = await run.StartAsync(run.Config() with { Image = image });
            (await run.Engine.WaitContainerAsync(id)).Should().Be(5);
            (await FluentActions.Awaiting(() => run.Engine.RemoveImageAsync(details.Id)).Should().ThrowAsync<DockerException>())
                .Which.StatusCode.Should().Be(409, "a container is made of it");
            await run.Engine.RemoveContainerAsync(id, force: false);
        }
        finally
        {
            await run.Engine.RemoveImageAsync(image);
        }
        (await run.Engine.InspectImageAsync(image)).Should().BeNull();
        await run.Engine.RemoveImageAsync(image);
    }

    [Fact]
    public async Task An_import_of_what_is_no_tar_fails()
    {
        var tag = $"broken-{run.Id}";
        var junk = new byte[100_000];
        new Random(1).NextBytes(junk);
        await FluentActions.Awaiting(() => run.Engine.ImportImageAsync(new MemoryStream(junk), "reconciler-test/busybox", tag, []))
            .Should().ThrowAsync<DockerException>();
        await FluentActions.Awaiting(() => run.Engine.ImportImageAsync(new MemoryStream(BusyboxImage.Tar()), "reconciler-test/busybox", tag, ["RUN rm -rf /"]))
            .Should().ThrowAsync<DockerException>().WithMessage("*RUN*");
        (await run.Engine.InspectImageAsync("reconciler-test/busybox:" + tag)).Should().BeNull();
    }

    [Fact]
    public async Task Everyone_who_wants_the_busybox_image_gets_the_same()
    {
        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => BusyboxImage.EnsureAsync(run.Engine)));
        images.Distinct().Should().Equal(run.Image);
    }

    [Fact]
    public async Task A_pull_downloads_and_reports_bytes()
    {
        await using var registry = new FakeRegistry();
        var image = registry.Image($"pulled-{run.Id}", "v1");
        var progress = new Recorder();
        try
        {
            await run.Engine.PullImageAsync(image, progress);
            (await run.Engine.InspectImageAsync(image))!.RepoDigests.Should().ContainSingle();
        }
        finally
        {
            await run.Engine.RemoveImageAsync(image);
        }
        progress.Seen.Should().Contain(p => p.LayerId.Length > 0 && p.Status == "Pull complete");
        progress.Seen.Should().Contain(p => p.Status == "Downloading" && p.CurrentBytes > 0 && p.TotalBytes > 3 << 20);
        progress.Seen.Should().Contain(p => p.Status.StartsWith("Status: Downloaded newer image"));
    }

    [Fact]
    public async Task A_name_without_a_tag_means_latest_and_not_every_tag()
    {
        await using var registry = new FakeRegistry();
        var image = registry.Image($"plain-{run.Id}");
        try
        {
            await run.Engine.PullImageAsync(image);
            (await run.Engine.InspectImageAsync(image))!.RepoTags.Should().Equal(image + ":latest");
        }
        finally
        {
            await run.Engine.RemoveImageAsync(image);
        }
        registry.Requests.Should().NotContain(r => r.Contains("/tags/"));
    }

    [Fact]
    public async Task A_pull_that_breaks_after_it_began_fails_though_the_status_was_200()
    {
        await using var registry = new FakeRegistry { CorruptLayer = true };
        var image = registry.Image($"broken-{run.Id}", "v1");
        var progress = new Recorder();
        (await FluentActions.Awaiting(() => run.Engine.PullImageAsync(image, progress)).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().Be(500);
        progress.Seen.Should().NotBeEmpty("the stream had begun");
        (await run.Engine.InspectImageAsync(image)).Should().BeNull();
    }

    [Fact]
    public async Task A_pull_of_what_is_not_there_says_so()
    {
        await using var registry = new FakeRegistry();
        var missing = registry.Image($"missing-{run.Id}", FakeRegistry.MissingTag);
        (await FluentActions.Awaiting(() => run.Engine.PullImageAsync(missing)).Should().ThrowAsync<DockerException>())
            .Which.Message.Should().Contain("manifest unknown");
        var nobody = $"127.0.0.1:{FreePort.Next()}/x:1";
        (await FluentActions.Awaiting(() => run.Engine.PullImageAsync(nobody)).Should().ThrowAsync<DockerException>())
            .Which.Message.Should().Contain("connection refused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("../containers/x")]
    [InlineData("a//b")]
    [InlineData("UPPER/../x")]
    public async Task A_reference_that_is_none_reaches_no_other_part_of_the_api(string image)
    {
        (await FluentActions.Awaiting(() => run.Engine.InspectImageAsync(image)).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().Be(400);
        (await FluentActions.Awaiting(() => run.Engine.RemoveImageAsync(image)).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().Be(400);
    }

    [Theory]
    [InlineData("{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"code\":401,\"message\":\"unauthorized\"},\"error\":\"unauthorized\"}\r\n", 401)]
    [InlineData("{\"status\":\"Pulling\"}\r\n{\"error\":\"unauthorized\"}", 500)]
    public async Task An_error_in_the_stream_has_its_own_code(string stream, int status)
    {
        await using var fake = new FakeEngine(FakeEngine.Http(200, stream), pieceBytes: 5);
        await using var engine = new DockerEngine(fake.Options);
        var progress = new Recorder();
        (await FluentActions.Awaiting(() => engine.PullImageAsync("x", progress)).Should().ThrowAsync<DockerException>())
            .WithMessage("*unauthorized*").Which.StatusCode.Should().Be(status);
        progress.Seen.Should().Equal(new PullProgress("", "Pulling", 0, 0));
    }

    private sealed class Recorder : IProgress<PullProgress>
    {
        public List<PullProgress> Seen { get; } = [];

        public void Report(PullProgress value) => Seen.Add(value);
    }
}
