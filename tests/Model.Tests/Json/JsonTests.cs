using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Model.Tests.Json;

/// <summary>The JSON of what the system writes is public: it changes only where somebody means it to.</summary>
public sealed class JsonTests
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => new("pod", "podstatus", "assignment", "nodeassignment", "nodeinfo", "taskdata-pod", "taskdata-node");

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_shape_is_as_written_down(string name) => Golden.Matches(
        Repository.Of("tests", "Model.Tests", "Golden", "json", $"{name}.json"),
        JsonNode.Parse(Samples.Write(name))!.ToJsonString(Indented) + "\n");

    [Theory]
    [MemberData(nameof(Names))]
    public void It_reads_back_as_it_was_written(string name)
    {
        var bytes = Samples.Write(name);

        Encoding.UTF8.GetString(Samples.WriteAgain(name, bytes)!).Should().Be(Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_no_such_value_reads_as_null_and_throws_nothing(string name)
    {
        var good = Samples.Write(name);
        string[] others =
        [
            "", "null", "[]", "5", "\"x\"", "{",
            "{\"conditions\": null, \"spec\": null, \"kind\": null, \"createdAt\": null}",
        ];
        foreach (var other in others)
            Samples.WriteAgain(name, Encoding.UTF8.GetBytes(other)).Should().BeNull(other);
        // Cut off anywhere, it is no value either.
        for (var length = 0; length < good.Length; length += 7)
            Samples.WriteAgain(name, good[..length]).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_of_a_newer_version_does_no_harm(string name)
    {
        var newer = JsonNode.Parse(Samples.Write(name))!.AsObject();
        newer["addedLater"] = new JsonObject { ["x"] = 1 };

        Samples.WriteAgain(name, Encoding.UTF8.GetBytes(newer.ToJsonString())).Should().NotBeNull();
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.25Z", "2026-01-02T03:04:05.25Z")]
    [InlineData("2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05Z")]
    public void Times_are_in_UTC(string read, string written) =>
        Encoding.UTF8.GetString(ModelJson.Write(ModelJson.ReadPodStatus(Encoding.UTF8.GetBytes($"{{\"startTime\":\"{read}\"}}"))!))
            .Should().Contain($"\"startTime\":\"{written}\"");

    [Fact]
    public void A_field_that_an_older_version_did_not_write_has_its_default()
    {
        var spec = ModelJson.ReadPod("""{"metadata":{"namespace":"a","name":"b"},"spec":{"containers":[{"name":"c","image":"x"}],"terminationGracePeriodSeconds":30}}"""u8)!.Spec;

        spec.Containers[0].Env.Should().BeEmpty();
        spec.Containers[0].Ports.Should().BeEmpty();
        spec.Containers[0].Resources.Should().NotBeNull();
        ModelJson.ReadPodStatus("{}"u8)!.Conditions.Should().BeEmpty();
        ModelJson.ReadPodStatus("""{"ports":[{"container":"c","containerPort":1,"hostPort":2}]}"""u8)!.Ports[0].Protocol.Should().Be("TCP");
    }
}
