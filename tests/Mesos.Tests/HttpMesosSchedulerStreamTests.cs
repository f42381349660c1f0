using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Mesos.Scheduler;
using Mesos.V1;
using Mesos.V1.Scheduler;
using Testing;

namespace Mesos.Tests;

public class HttpMesosSchedulerStreamTests
{
    private static readonly byte[] Recorded = Transcript.Bytes("a-subscribe/02-schedpb-subscribe.events.recordio.pb");
    private static readonly FrameworkInfo Framework = new() { User = "root", Name = "test", Roles = { "web" }, Id = new FrameworkID { Value = "F" } };

    [Fact]
    public async Task A_recorded_stream_in_odd_chunks_yields_its_events_and_ends()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            await using var server = Streaming(async stream =>
            {
                await Answers.WriteChunkedAsync(stream, Recorded, new Random(seed));
                await RawServer.WriteAsync(stream, Answers.LastChunk);
            });
            (await CollectAsync(server)).Select(e => e.Type).Should().Equal(
                Event.Types.Type.Subscribed, Event.Types.Type.Heartbeat, Event.Types.Type.Offers, Event.Types.Type.Heartbeat);
        }
    }

    [Fact]
    public async Task SUBSCRIBE_has_the_headers_that_Mesos_wants_and_none_that_it_does_not()
    {
        await using var server = Streaming(stream => RawServer.WriteAsync(stream, Answers.LastChunk));
        await CollectAsync(server);
        var request = server.Requests.Should().ContainSingle().Subject;
        request.Head.Should().StartWith("POST /api/v1/scheduler HTTP/1.1\r\n");
        request.Header("Content-Type").Should().Be("application/x-protobuf");
        request.Header("Accept").Should().Be("application/x-protobuf");
        foreach (var unwanted in new[] { "Mesos-Stream-Id", "Expect", "Accept-Encoding", "Content-Encoding", "Transfer-Encoding", "traceparent", "Authorization" })
            request.Header(unwanted).Should().BeNull(unwanted);
        var call = Call.Parser.ParseFrom(request.Body);
        call.Type.Should().Be(Call.Types.Type.Subscribe);
        call.Subscribe.FrameworkInfo.Should().Be(Framework);
        call.FrameworkId.Should().Be(Framework.Id, "a known framework says its id in both places");
    }

    [Fact]
    public async Task An_end_without_the_last_chunk_is_a_break()
    {
        await using var server = Streaming(stream => Answers.WriteChunkedAsync(stream, Recorded, new Random(1)));
        var events = new List<Event>();
        (await FailureAsync(server, events)).Message.Should().Contain("broke");
        events.Should().HaveCount(4, "what came before the break counts");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1)]
    public async Task An_end_in_mid_record_is_a_break_even_with_a_last_chunk(int missing)
    {
        await using var server = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, Recorded[..^missing], new Random(1));
            await RawServer.WriteAsync(stream, Answers.LastChunk);
        });
        (await FailureAsync(server)).Message.Should().Contain("ended in the middle");
    }

    [Theory]
    [InlineData("-5\nhello", "no digit")]
    [InlineData("0\n", "starts with 0")]
    [InlineData("200000000\n", "above")]
    [InlineData("5\nhello", "cannot be read")]
    public async Task Bytes_that_are_not_the_protocol_are_a_break(string bytes, string why)
    {
        await using var server = Streaming(stream => Answers.WriteChunkedAsync(stream, Encoding.ASCII.GetBytes(bytes), new Random(1)));
        (await FailureAsync(server)).Message.Should().Contain(why);
    }

    [Fact]
    public async Task A_broken_chunk_is_a_break()
    {
        await using var server = Streaming(stream => RawServer.WriteAsync(stream, "zz\r\nabc\r\n"));
        (await FailureAsync(server)).Message.Should().Contain("broke");
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_is_passed_on()
    {
        // Type 99 with a field 77 of its own.
        byte[] unknown = [0x08, 99, 0xea, 0x04, 2, 1, 2];
        await using var server = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, [.. RecordIOWriter.Frame(unknown), .. Recorded], new Random(1));
            await RawServer.WriteAsync(stream, Answers.LastChunk);
        });
        var events = await CollectAsync(server);
        events.Should().HaveCount(5);
        events[0].Type.Should().Be((Event.Types.Type)99);
        events[0].ToByteArray().Should().Equal(unknown);
    }

    [Theory]
    [InlineData(503, "No leader elected")]
    [InlineData(400, "Failed to parse body into JSON")]
    [InlineData(403, "F")]
    [InlineData(500, "ä text that is not ASCII")]
    public async Task Refusals_carry_status_and_text(int status, string text)
    {
        await using var server = Answering(Answers.Refusal(status, text));
        var failure = await FailureAsync(server);
        failure.StatusCode.Should().Be(status);
        failure.Message.Should().Contain(text).And.Contain(status.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_answer_without_stream_id_or_of_another_type_is_refused()
    {
        await using var nameless = Answering(Answers.StreamHead(streamId: null) + Answers.LastChunk);
        (await FailureAsync(nameless)).Message.Should().Contain("Mesos-Stream-Id");
        await using var json = Answering(Answers.StreamHead(type: "application/json") + Answers.LastChunk);
        (await FailureAsync(json)).Message.Should().Contain("application/json");
    }

    [Fact]
    public async Task No_answer_ends_with_the_deadline()
    {
        await using var server = new RawServer(async (_, stream) =>
        {
            await RawServer.UntilClosedAsync(stream);
            return false;
        });
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri, CallTimeout = TimeSpan.FromMilliseconds(200) });
        var failure = await FluentActions.Awaiting(() => CollectAsync(scheduler)).Should().ThrowAsync<MesosException>();
        failure.Which.Message.Should().Contain("no answer within 0.2 s");
    }

    [Fact]
    public async Task The_deadline_is_for_the_answer_and_not_for_the_stream()
    {
        await using var server = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, RecordIOWriter.Frame(new Event { Type = Event.Types.Type.Heartbeat }), new Random(1));
            await Task.Delay(TimeSpan.FromSeconds(3.5), TimeProvider.System);
            await RawServer.WriteAsync(stream, Answers.LastChunk);
        });
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri, CallTimeout = TimeSpan.FromSeconds(3) });
        (await CollectAsync(scheduler)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_master_that_is_not_there_is_said_plainly()
    {
        // Bound, so that nobody else gets the port, and not listening.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var scheduler = new HttpMesosScheduler(new() { Master = new Uri($"http://{held.LocalEndPoint}") });
        var failure = await FluentActions.Awaiting(() => CollectAsync(scheduler)).Should().ThrowAsync<MesosException>();
        failure.Which.Message.Should().Contain("refused");
        failure.Which.StatusCode.Should().BeNull();
    }

    [Theory]
    [InlineData("//{0}/api/v1/scheduler")]
    [InlineData("http://{0}/api/v1/scheduler")]
    public async Task A_redirect_leads_to_the_leading_master(string location)
    {
        await using var leader = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, Recorded, new Random(1));
            await RawServer.WriteAsync(stream, Answers.LastChunk);
        });
        await using var follower = Answering(Answers.Redirect(string.Format(CultureInfo.InvariantCulture, location, leader.Uri.Authority)));
        (await CollectAsync(follower)).Should().HaveCount(4);
        var asked = leader.Requests.Should().ContainSingle().Subject;
        asked.Body.Should().Equal(follower.Requests.Single().Body);
        asked.Header("Content-Type").Should().Be("application/x-protobuf");
    }

    [Theory]
    [InlineData("/api/v1/scheduler", "redirects before it")]
    [InlineData("file:///etc/passwd", "does not say where")]
    public async Task Redirects_that_lead_nowhere_are_a_refusal(string location, string why)
    {
        await using var server = Answering(Answers.Redirect(location));
        var failure = await FailureAsync(server);
        failure.StatusCode.Should().Be(307);
        failure.Message.Should().Contain(why);
    }

    [Fact]
    public async Task Cancelling_closes_the_connection()
    {
        await using var server = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, Recorded, new Random(1));
            await RawServer.UntilClosedAsync(stream);
        });
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri });
        using var cancellation = new CancellationTokenSource();
        var collecting = async () =>
        {
            await foreach (var e in scheduler.SubscribeAsync(Framework, cancellation.Token))
            {
                if (e.Type == Event.Types.Type.Offers)
                    await cancellation.CancelAsync();
            }
        };
        await collecting.Should().ThrowAsync<OperationCanceledException>();
        await Eventually.TrueAsync("the server sees the end", () => server.Ended == 1);
    }

    [Fact]
    public async Task Leaving_the_enumeration_closes_the_connection_without_draining_it()
    {
        await using var server = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, Recorded, new Random(1));
            await RawServer.UntilClosedAsync(stream);
        });
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri });
        await foreach (var _ in scheduler.SubscribeAsync(Framework, CancellationToken.None))
            break;
        await Eventually.TrueAsync("the server sees the end", () => server.Ended == 1);
    }

    [Fact]
    public async Task Disposing_ends_the_stream()
    {
        await using var server = Streaming(async stream =>
        {
            await Answers.WriteChunkedAsync(stream, Recorded, new Random(1));
            await RawServer.UntilClosedAsync(stream);
        });
        var scheduler = new HttpMesosScheduler(new() { Master = server.Uri });
        var collecting = CollectAsync(scheduler);
        await Eventually.TrueAsync("the subscription is asked for", () => server.Requests.Count == 1);
        await scheduler.DisposeAsync();
        await FluentActions.Awaiting(() => collecting).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => CollectAsync(scheduler)).Should().ThrowAsync<ObjectDisposedException>();
    }

    /// <summary>Accepts, then the body is the test's; the connection closes after it.</summary>
    private static RawServer Streaming(Func<NetworkStream, Task> body) => new(async (_, stream) =>
    {
        await RawServer.WriteAsync(stream, Answers.StreamHead());
        await body(stream);
        return false;
    });

    private static RawServer Answering(string answer) => new(async (_, stream) =>
    {
        await RawServer.WriteAsync(stream, answer);
        return true;
    });

    private static async Task<List<Event>> CollectAsync(RawServer server)
    {
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri });
        return await CollectAsync(scheduler);
    }

    private static async Task<List<Event>> CollectAsync(HttpMesosScheduler scheduler, List<Event>? events = null)
    {
        events ??= [];
        await foreach (var e in scheduler.SubscribeAsync(Framework, CancellationToken.None))
            events.Add(e);
        return events;
    }

    private static async Task<MesosException> FailureAsync(RawServer server, List<Event>? events = null)
    {
        await using var scheduler = new HttpMesosScheduler(new() { Master = server.Uri });
        return (await FluentActions.Awaiting(() => CollectAsync(scheduler, events)).Should().ThrowAsync<MesosException>()).Which;
    }
}
