using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Model.Keys;
using Model.Planning;
using Model.Pods;
using Model.Reading;
using Model.Status;

namespace Model.Tests.Reading;

/// <summary>
/// A folder for each input that somebody may put, with the faults and warnings that answer it, and the status as a watcher of
/// its key then sees it. `UPDATE_GOLDEN=1` writes the answers anew; the difference is to be read.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Cases =>
        new(Directory.GetDirectories(Repository.Of("tests", "Model.Tests", "Golden", "pods")).Select(Path.GetFileName).Order()!);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_spec_is_answered_as_written_down(string name)
    {
        var folder = Repository.Of("tests", "Model.Tests", "Golden", "pods", name);

        var reading = PodReader.Read(KeyOf(folder), InputOf(folder));

        Golden.Matches(Path.Combine(folder, "expected.txt"), Text(reading));
        Golden.Matches(Path.Combine(folder, "expected-status.json"), Status(reading));
        (reading.Pod is null).Should().Be(reading.Faults.Count > 0);
    }

    /// <summary>`default/case` unless the case has a file `key` of its own.</summary>
    private static PodKey KeyOf(string folder)
    {
        var file = Path.Combine(folder, "key");
        var parts = (File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : "default/case").Split('/', 2);
        return new PodKey(parts[0], parts[1]);
    }

    /// <summary>What is too long, or too strange, to lie in a repository is made by its case's name.</summary>
    private static byte[] InputOf(string folder) =>
        Directory.GetFiles(folder, "input.*") is [var file] ? File.ReadAllBytes(file) : MadeInputs.Of(Path.GetFileName(folder));

    private static readonly JsonSerializerOptions ForPeople = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Status(SpecReading reading)
    {
        var spec = new SpecView
        {
            CreateRevision = 7,
            ModRevision = 7,
            Pod = reading.Pod,
            Hash = reading.Pod is { } pod ? SpecHash.Of(pod.Spec) : null,
            Faults = reading.Faults,
            Warnings = reading.Warnings,
        };
        var status = SpecAnswers.Answer(new PodStatus(), spec, new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero));
        return JsonNode.Parse(ModelJson.Write(status))!.ToJsonString(ForPeople) + "\n";
    }

    private static string Text(SpecReading reading)
    {
        var text = new StringBuilder();
        foreach (var fault in reading.Faults)
            text.Append("fault   ").Append(Line(fault));
        foreach (var warning in reading.Warnings)
            text.Append("warning ").Append(Line(warning));
        return text.Length == 0 ? "accepted\n" : text.ToString();
    }

    private static string Line(SpecFault fault) => string.Create(
        CultureInfo.InvariantCulture, $"{fault.Line}:{fault.Column} {(fault.Path.Length == 0 ? "(document)" : fault.Path)}: {fault.Message}\n");
}
