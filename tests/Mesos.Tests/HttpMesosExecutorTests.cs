using Mesos.Executor;
using Mesos.V1;
using Mesos.V1.Executor;

namespace Mesos.Tests;

public class HttpMesosExecutorTests
{
    private const string Recorded = "b2-launch-protobuf/executor1-node-agent/01-exec-subscribe.events.recordio.pb";

    [Fact]
    public async Task A_recorded_stream_yields_its_events_and_the_calls_say_who_they_are_from()
    {
        await using var agent = new RawServer(async (request, stream) =>
        {
            if (Call.Parser.ParseFrom(request.Body).Type != Call.Types.Type.Subscribe)
            {
                await RawServer.WriteAsync(stream, Answers.Accepted);
                return true;
            }
            await RawServer.WriteAsync(stream, Answers.StreamHead(streamId: null));
            await Answers.WriteChunkedAsync(stream, Transcript.Bytes(Recorded), new Random(1));
            await RawServer.WriteAsync(stream, Answers.LastChunk);
            return false;
        });
        await using var executor = Executor(agent, token: "s3cret");
        var unacknowledged = new Call.Types.Subscribe { UnacknowledgedTasks = { new TaskInfo { Name = "t", TaskId = new TaskID { Value = "t" }, AgentId = new AgentID { Value = "S0" } } } };
        var events = new List<Event>();
        await foreach (var e in executor.SubscribeAsync(unacknowledged, CancellationToken.None))
            events.Add(e);
        await executor.SendAsync(new Call { Type = Call.Types.Type.Message, Message = new() { Data = Google.Protobuf.ByteString.CopyFromUtf8("hi") } }, CancellationToken.None);

        events.Should().HaveCount(12);
        events[0].Subscribed.ContainerId.Value.Should().NotBeEmpty();
        var requests = agent.Requests.ToList();
        requests.Should().HaveCount(2);
        requests.Should().OnlyContain(request => request.Head.StartsWith("POST /api/v1/executor HTTP/1.1\r\n", StringComparison.Ordinal));
        requests.Should().OnlyContain(request => request.Header("Authorization") == "Bearer s3cret" && request.Header("Mesos-Stream-Id") == null);
        var calls = requests.ConvertAll(request => Call.Parser.ParseFrom(request.Body));
        calls.Should().OnlyContain(call => call.FrameworkId.Value == "F" && call.ExecutorId.Value == "E");
        calls[0].Subscribe.Should().Be(unacknowledged);
        calls[1].Message.Data.ToStringUtf8().Should().Be("hi");
    }

    [Fact]
    public async Task An_agent_in_its_recovery_is_told_by_its_status()
    {
        await using var agent = Answering(Answers.Refusal(503, "Agent has not finished recovery"));
        await using var executor = Executor(agent);
        var update = new Call { Type = Call.Types.Type.Update };
        var failure = await FluentActions.Awaiting(() => executor.SendAsync(update, CancellationToken.None)).Should().ThrowAsync<MesosException>();
        failure.Which.StatusCode.Should().Be(503);
        failure.Which.Message.Should().Contain("Agent has not finished recovery");
        agent.Requests.Single().Header("Authorization").Should().BeNull();
    }

    [Fact]
    public async Task An_agent_does_not_redirect_so_a_token_goes_nowhere_else()
    {
        await using var elsewhere = Answering(Answers.Accepted);
        await using var agent = Answering(Answers.Redirect($"//{elsewhere.Uri.Authority}/api/v1/executor"));
        await using var executor = Executor(agent, token: "s3cret");
        var failure = await FluentActions.Awaiting(() => executor.SendAsync(new Call { Type = Call.Types.Type.Update }, CancellationToken.None)).Should().ThrowAsync<MesosException>();
        failure.Which.StatusCode.Should().Be(307);
        elsewhere.Requests.Should().BeEmpty();
    }

    [Fact]
    public void A_token_is_in_no_text()
    {
        new HttpMesosExecutorOptions { Endpoint = new Uri("http://a"), FrameworkId = "F", ExecutorId = "E", AuthenticationToken = "s3cret" }
            .ToString().Should().NotContain("s3cret").And.Contain("E of F");
    }

    private static RawServer Answering(string answer) => new(async (_, stream) =>
    {
        await RawServer.WriteAsync(stream, answer);
        return true;
    });

    private static HttpMesosExecutor Executor(RawServer agent, string? token = null) => new(new()
    {
        Endpoint = new Uri(agent.Uri, "/api/v1/executor"),
        FrameworkId = "F",
        ExecutorId = "E",
        AuthenticationToken = token,
    });
}
