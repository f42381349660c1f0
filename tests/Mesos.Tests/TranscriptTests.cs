using Google.Protobuf;
using Mesos.Json;
using Mesos.V1;
using ExecutorCall = Mesos.V1.Executor.Call;
using ExecutorEvent = Mesos.V1.Executor.Event;
using SchedulerCall = Mesos.V1.Scheduler.Call;
using SchedulerEvent = Mesos.V1.Scheduler.Event;

namespace Mesos.Tests;

/// <summary>What a real master and agent said can be read, all of it.</summary>
public class TranscriptTests
{
    public static TheoryData<string, string> Schedulers => new()
    {
        { "a-subscribe/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 1, Heartbeat 2" },
        { "a-subscribe/02-schedpb-subscribe.events.recordio.pb", "Subscribed 1, Offers 1, Heartbeat 2" },
        { "b2-launch-protobuf/01-sched-subscribe.events.recordio.pb", "Subscribed 1, Offers 2, Update 8, Message 1, Failure 1, Heartbeat 1" },
        { "c-launch-errors/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 38, Update 42, Heartbeat 3" },
        { "d-kill/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 8, Update 16, Failure 3, Heartbeat 1" },
        { "e-reconcile/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 2, Update 22, Heartbeat 1" },
        { "f-failover-and-errors/01-sched1-subscribe.events.recordio.json", "Subscribed 1, Offers 2, Update 1, Error 1, Heartbeat 1" },
        { "f-failover-and-errors/56-sub-subscribe-after-failover-timeout.events.recordio.json", "Error 1" },
        { "g-executor/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 6, Update 15, Message 1, Failure 3, Heartbeat 2" },
        { "h-executor-crash/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 10, Update 25, Failure 9, Heartbeat 2" },
        { "k-agent-lost/01-sched-subscribe.events.recordio.json", "Subscribed 1, Offers 5, Rescind 4, Update 27, Failure 4, Heartbeat 4" },
        {
            "m-operator/03-sched-subscribe.events.recordio.json",
            "Subscribed 1, Offers 9, Rescind 7, Update 12, Failure 1, Heartbeat 2, InverseOffers 3, RescindInverseOffer 1"
        },
        {
            "n-reservations/01-sched-subscribe.events.recordio.json",
            "Subscribed 1, Offers 11, Update 3, Failure 1, Heartbeat 1, UpdateOperationStatus 12"
        },
    };

    public static TheoryData<string, string> Executors => new()
    {
        { "b2-launch-protobuf/executor1-node-agent/01-exec-subscribe.events.recordio.pb", "Subscribed 1, Launch 2, Kill 1, Acknowledged 6, Message 1, Shutdown 1" },
        { "d-kill/executor1-node-agent/01-exec-subscribe.events.recordio.json", "Subscribed 1, Launch 3, Kill 4, Acknowledged 6" },
        { "d-kill/executor3-slow2/01-exec-subscribe.events.recordio.json", "Shutdown 1" },
        { "g-executor/executor1-node-agent/01-exec-subscribe.events.recordio.json", "Subscribed 1, Launch 3, Acknowledged 4, Message 1" },
        { "n-reservations/executor1-node-agent/01-exec-subscribe.events.recordio.json", "Subscribed 1, Launch 1, Acknowledged 2, Shutdown 1" },
        { "o-labels-and-uris/executor2-via-execute/01-exec-subscribe.events.recordio.json", "Subscribed 1, Launch 1, Acknowledged 2, Shutdown 1" },
    };

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void A_schedulers_stream_holds_the_events_that_were_recorded(string path, string counts)
    {
        var events = Events(path, SchedulerEvent.Parser);
        Count(events.Select(e => e.Type)).Should().Be(counts);
        events.Should().OnlyContain(e => PayloadIsThere(e), "each type's own field must have been understood");
    }

    [Theory]
    [MemberData(nameof(Executors))]
    public void An_executors_stream_holds_the_events_that_were_recorded(string path, string counts) =>
        Count(Events(path, ExecutorEvent.Parser).Select(e => e.Type)).Should().Be(counts);

    [Fact]
    public void Every_recorded_stream_can_be_read()
    {
        foreach (var path in Transcript.All(".events.recordio.json"))
        {
            foreach (var record in Transcript.Records(path))
            {
                if (path.Contains("exec-", StringComparison.Ordinal))
                    MesosJson.Parse<ExecutorEvent>(record).Type.Should().NotBe(ExecutorEvent.Types.Type.Unknown, path);
                else
                    MesosJson.Parse<SchedulerEvent>(record).Type.Should().NotBe(SchedulerEvent.Types.Type.Unknown, path);
            }
        }
    }

    [Fact]
    public void Recorded_protobuf_keeps_every_byte_of_its_content_over_a_round_trip()
    {
        var messages = new List<(byte[] Bytes, IMessage Message)>();
        foreach (var path in Transcript.All(".pb"))
        {
            messages.AddRange(Transcript.Records(path).Select(bytes => (bytes, path.Contains("exec-", StringComparison.Ordinal)
                ? (IMessage)ExecutorEvent.Parser.ParseFrom(bytes) : SchedulerEvent.Parser.ParseFrom(bytes))));
        }
        foreach (var path in Transcript.All(".request.http"))
        {
            var bytes = Transcript.Body(path);
            messages.Add((bytes, path.Contains("exec-", StringComparison.Ordinal)
                ? ExecutorCall.Parser.ParseFrom(bytes) : SchedulerCall.Parser.ParseFrom(bytes)));
        }
        messages.Should().HaveCountGreaterThan(40);
        // Fields that are not known here move behind the known ones, so it is the sorted bytes that are compared.
        foreach (var (bytes, message) in messages)
            message.ToByteArray().Order().Should().Equal(bytes.Order());
    }

    [Fact]
    public void Fields_that_are_not_known_here_survive()
    {
        // TaskInfo.health_check (8) and container (9) are no part of our messages.
        var task = new TaskInfo { Name = "web", TaskId = new TaskID { Value = "default.web.1" }, AgentId = new AgentID { Value = "S0" } };
        byte[] wire = [.. task.ToByteArray(), 0x42, 3, 1, 2, 3, 0x4a, 2, 8, 1];
        var read = TaskInfo.Parser.ParseFrom(wire);
        read.Name.Should().Be("web");
        read.Clone().ToByteArray().Should().Equal(read.ToByteArray()).And.HaveSameCount(wire);
        TaskInfo.Parser.ParseFrom(read.ToByteArray()).Should().Be(read).And.NotBe(task);
    }

    [Fact]
    public void Json_and_protobuf_of_one_message_say_the_same()
    {
        foreach (var (path, _) in Schedulers.Select(row => ((string)row[0], row[1])))
        {
            foreach (var received in Events(path, SchedulerEvent.Parser))
                MesosJson.Parse<SchedulerEvent>(MesosJson.Format(received)).Should().Be(WithoutUnknownFields(received));
        }
    }

    private static SchedulerEvent WithoutUnknownFields(SchedulerEvent received) =>
        SchedulerEvent.Parser.WithDiscardUnknownFields(true).ParseFrom(received.ToByteArray());

    private static List<T> Events<T>(string path, MessageParser<T> parser)
        where T : IMessage<T>, new() =>
        [.. Transcript.Records(path).Select(record => path.EndsWith(".pb", StringComparison.Ordinal)
            ? parser.ParseFrom(record) : MesosJson.Parse<T>(record))];

    private static bool PayloadIsThere(SchedulerEvent e) => e.Type switch
    {
        SchedulerEvent.Types.Type.Heartbeat => true,
        SchedulerEvent.Types.Type.Subscribed => e.Subscribed.FrameworkId.Value.Length > 0 && e.Subscribed.HeartbeatIntervalSeconds == 15,
        SchedulerEvent.Types.Type.Offers => e.Offers.Offers_.Count > 0 && e.Offers.Offers_.All(offer => offer.Resources.Count > 0 && offer.AllocationInfo.HasRole),
        SchedulerEvent.Types.Type.Update => e.Update.Status.TaskId is not null && e.Update.Status.HasState,
        SchedulerEvent.Types.Type.Rescind => e.Rescind.OfferId is not null,
        SchedulerEvent.Types.Type.Message => e.Message.HasData,
        SchedulerEvent.Types.Type.Failure => e.Failure.AgentId is not null,
        SchedulerEvent.Types.Type.Error => e.Error.Message.Length > 0,
        SchedulerEvent.Types.Type.InverseOffers => e.InverseOffers.InverseOffers_.All(offer => offer.Unavailability.Start.Nanoseconds > 0),
        SchedulerEvent.Types.Type.RescindInverseOffer => e.RescindInverseOffer.InverseOfferId is not null,
        SchedulerEvent.Types.Type.UpdateOperationStatus => e.UpdateOperationStatus.Status.HasState,
        _ => false,
    };

    private static string Count<T>(IEnumerable<T> types)
        where T : struct, Enum =>
        string.Join(", ", types.GroupBy(type => type).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}"));
}
