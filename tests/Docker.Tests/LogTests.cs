using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Testing;

namespace Docker.Tests;

public sealed class LogTests(TestRun run) : IClassFixture<TestRun>
{
    [Fact]
    public async Task A_megabyte_of_output_comes_back_whole_and_each_stream_by_itself()
    {
        // Every byte that Docker's own log file can hold: it stores text, and replaces what is not UTF-8.
        var id = await run.StartAsync(run.Shell(
            "head -c 2200000 /dev/urandom | tr -d '\\200-\\377' | head -c 1048576 > /tmp/x; sha256sum < /tmp/x >&2; cat /tmp/x; wc -c < /tmp/x >&2"));
        (await run.Engine.WaitContainerAsync(id)).Should().Be(0);

        var (stdout, stderr) = await TestRun.OutputAsync(run.Engine, id);

        stdout.Should().HaveCount(1 << 20);
        Encoding.ASCII.GetString(stderr).Should().Be($"{Convert.ToHexStringLower(SHA256.HashData(stdout))}  -\n1048576\n");
    }

    [Fact]
    public async Task One_stream_the_tail_and_the_time_can_be_chosen()
    {
        var id = await run.StartAsync(run.Shell("echo one; echo two; echo three"));
        var both = await run.StartAsync(run.Shell("echo out; echo err >&2"));
        await run.Engine.WaitContainerAsync(id);
        await run.Engine.WaitContainerAsync(both);

        async Task<string> Stdout(LogQuery query) => Encoding.UTF8.GetString((await TestRun.OutputAsync(run.Engine, id, query)).Stdout);

        (await Stdout(new LogQuery { Stdout = false })).Should().BeEmpty();
        var onlyErrors = await TestRun.OutputAsync(run.Engine, both, new LogQuery { Stdout = false });
        (Encoding.UTF8.GetString(onlyErrors.Stdout), Encoding.UTF8.GetString(onlyErrors.Stderr)).Should().Be(("", "err\n"));
        (await Stdout(new LogQuery { Tail = 2 })).Should().Be("two\nthree\n");
        (await Stdout(new LogQuery { Tail = 0 })).Should().BeEmpty();
        (await Stdout(new LogQuery { Timestamps = true, Stderr = false, Tail = 1 })).Should().MatchRegex(@"^\d{4}-\d\d-\d\dT[\d:.]+Z three\n$");
        (await Stdout(new LogQuery { Since = DateTimeOffset.UtcNow.AddHours(1) })).Should().BeEmpty();
        (await Stdout(new LogQuery { Since = DateTimeOffset.UtcNow.AddHours(-1) })).Should().Be("one\ntwo\nthree\n");
    }

    [Fact]
    public async Task Followed_output_comes_as_it_is_written_and_ends_with_the_container()
    {
        var id = await run.StartAsync(run.Shell("echo first; trap 'echo last; exit' TERM; while :; do sleep 0.1; done"));
        var text = new StringBuilder();
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        await foreach (var chunk in run.Engine.LogsAsync(id, new LogQuery { Follow = true }, limit.Token))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Data.Span));
            if (text.ToString() == "first\n")
            {
                // The process writes before it sets its trap; a TERM too early is one that PID 1 does not hear.
                await Eventually.TrueAsync("it ends", async () =>
                {
                    await run.Engine.KillContainerAsync(id, "SIGTERM");
                    return !(await run.InspectAsync(id)).State.Running;
                });
            }
        }
        text.ToString().Should().Be("first\nlast\n");
    }

    [Fact]
    public async Task A_reader_may_leave_a_followed_log_at_any_time()
    {
        var id = await run.StartAsync(run.Shell("yes | head -c 5000000; sleep 300"));
        await foreach (var chunk in run.Engine.LogsAsync(id, new LogQuery { Follow = true }))
            break;

        using var cancellation = new CancellationTokenSource();
        var endless = async () =>
        {
            await foreach (var chunk in run.Engine.LogsAsync(id, new LogQuery { Follow = true, Tail = 1 }, cancellation.Token))
                await cancellation.CancelAsync();
        };
        await endless.Should().ThrowAsync<OperationCanceledException>();
        (await run.InspectAsync(id)).State.Running.Should().BeTrue();
    }

    [Fact]
    public async Task A_terminals_output_is_all_stdout_and_has_no_frames()
    {
        var created = await RawEngine.PostAsync($"/containers/create?name={run.NewName()}", new
        {
            run.Image,
            Cmd = new[] { "sh", "-c", "echo out; echo err >&2" },
            Tty = true,
            Labels = new Dictionary<string, string> { ["reconciler.test.run"] = run.Id },
        });
        var id = created.GetProperty("Id").GetString()!;
        await run.Engine.StartContainerAsync(id);
        await run.Engine.WaitContainerAsync(id);
        var (stdout, stderr) = await TestRun.OutputAsync(run.Engine, id);
        Encoding.UTF8.GetString(stdout).Should().Be("out\r\nerr\r\n");
        stderr.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    [InlineData(65536)]
    public async Task Frames_may_be_cut_anywhere_on_their_way(int pieceBytes)
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        byte[] stdout = [.. bytes, .. bytes], stderr = [.. bytes.Reverse()];
        byte[] body = [.. Frame(1, bytes), .. Frame(2, []), .. Frame(2, stderr), .. Frame(0, bytes)];
        await using var fake = new FakeEngine(Answer(body), pieceBytes);
        await using var engine = new DockerEngine(fake.Options);
        var output = await TestRun.OutputAsync(engine, "x");
        output.Stdout.Should().Equal(stdout);
        output.Stderr.Should().Equal(stderr);
    }

    [Fact]
    public async Task A_frame_of_any_size_comes_in_chunks_of_bounded_size()
    {
        var data = new byte[300_000];
        new Random(7).NextBytes(data);
        await using var fake = new FakeEngine(Answer(Frame(1, data)), 50_000);
        await using var engine = new DockerEngine(fake.Options);
        var all = new List<byte>();
        await foreach (var chunk in engine.LogsAsync("x", new LogQuery()))
        {
            chunk.Data.Length.Should().BeLessThanOrEqualTo(64 * 1024);
            all.AddRange(chunk.Data.Span);
        }
        all.Should().Equal(data);
    }

    [Theory]
    [InlineData("01000000")]
    [InlineData("0100000000000005616263")]
    [InlineData("09000000000000026162")]
    [InlineData("01000100000000026162")]
    [InlineData("48545450")]
    public async Task A_damaged_frame_is_an_error_and_never_an_end(string hex)
    {
        await using var fake = new FakeEngine(Answer(Convert.FromHexString(hex)));
        await using var engine = new DockerEngine(fake.Options);
        (await FluentActions.Awaiting(() => TestRun.OutputAsync(engine, "x")).Should().ThrowAsync<DockerException>())
            .Which.StatusCode.Should().BeNull();
    }

    [Fact]
    public async Task What_the_Engine_says_of_itself_in_the_stream_is_an_error()
    {
        await using var fake = new FakeEngine(Answer([.. Frame(1, [65]), .. Frame(3, "the log file is gone"u8.ToArray())]));
        await using var engine = new DockerEngine(fake.Options);
        (await FluentActions.Awaiting(() => TestRun.OutputAsync(engine, "x")).Should().ThrowAsync<DockerException>())
            .WithMessage("*the log file is gone*");
    }

    private static byte[] Answer(byte[] body) =>
        FakeEngine.Http(200, body, "Content-Type: application/vnd.docker.multiplexed-stream");

    private static byte[] Frame(byte kind, byte[] data)
    {
        var header = new byte[8];
        header[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), (uint)data.Length);
        return [.. header, .. data];
    }
}
