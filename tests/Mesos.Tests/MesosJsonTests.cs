using System.Text;
using Google.Protobuf;
using Mesos.Json;
using Mesos.V1;
using Mesos.V1.Scheduler;
using TaskStatus = Mesos.V1.TaskStatus;

namespace Mesos.Tests;

public class MesosJsonTests
{
    [Fact]
    public void Messages_are_written_as_Mesos_writes_them()
    {
        var info = new TaskInfo
        {
            Name = "wéb",
            TaskId = new TaskID { Value = "default.web.1" },
            AgentId = new AgentID { Value = "S0" },
            Data = ByteString.CopyFrom(0, 255, 16),
            KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 5_000_000_000 } },
            Resources = { new Resource { Name = "cpus", Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = 0.5 } } },
            Limits = { ["mem"] = new Value.Types.Scalar { Value = 128 } },
        };
        Encoding.UTF8.GetString(MesosJson.Format(info)).Should().Be(
            """
            {"name":"wéb","task_id":{"value":"default.web.1"},"agent_id":{"value":"S0"},
            "resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":0.5}}],"data":"AP8Q",
            "kill_policy":{"grace_period":{"nanoseconds":5000000000}},"limits":{"mem":{"value":128}}}
            """.ReplaceLineEndings(""));
        MesosJson.Parse<TaskInfo>(MesosJson.Format(info)).Should().Be(info);
    }

    [Fact]
    public void What_is_set_to_its_default_is_told_from_what_is_not_set()
    {
        var filters = MesosJson.Parse<Filters>("""{"refuse_seconds":5.0}"""u8);
        filters.HasRefuseSeconds.Should().BeTrue();
        new Filters().RefuseSeconds.Should().Be(5);
        Encoding.UTF8.GetString(MesosJson.Format(filters)).Should().Be("""{"refuse_seconds":5}""");
        Encoding.UTF8.GetString(MesosJson.Format(new Filters())).Should().Be("{}");
        // TASK_STARTING is 0, and must not vanish.
        Encoding.UTF8.GetString(MesosJson.Format(new TaskStatus { State = TaskState.TaskStarting })).Should().Be("""{"state":"TASK_STARTING"}""");
    }

    [Fact]
    public void Unknown_fields_are_ignored() =>
        MesosJson.Parse<Event>("""{"type":"HEARTBEAT","new_field":{"a":[1,{"b":null}]}}"""u8).Type.Should().Be(Event.Types.Type.Heartbeat);

    [Fact]
    public void An_enum_value_without_a_name_stays_a_number()
    {
        var json = MesosJson.Format(new Event { Type = (Event.Types.Type)99 });
        Encoding.UTF8.GetString(json).Should().Be("""{"type":99}""");
        MesosJson.Parse<Event>(json).Type.Should().Be((Event.Types.Type)99);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"type":"NO_SUCH_TYPE"}""")]
    [InlineData("""{"subscribed":5}""")]
    [InlineData("""{"failure":{"status":"many"}}""")]
    public void What_is_not_the_messages_JSON_is_refused(string json) =>
        FluentActions.Invoking(() => MesosJson.Parse<Event>(Encoding.UTF8.GetBytes(json))).Should().Throw<MesosException>().WithMessage("not the JSON of a Event*");
}
