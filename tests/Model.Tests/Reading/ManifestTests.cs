using System.Globalization;
using System.Text;
using Model.Keys;
using Model.Reading;

namespace Model.Tests.Reading;

public sealed class ManifestTests
{
    public static TheoryData<string> Cases =>
        new(Directory.GetDirectories(Repository.Of("tests", "Model.Tests", "Golden", "manifests")).Select(Path.GetFileName).Order()!);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_is_taken_apart_as_written_down(string name)
    {
        var folder = Repository.Of("tests", "Model.Tests", "Golden", "manifests", name);

        var reading = ManifestReader.Read(File.ReadAllBytes(Directory.GetFiles(folder, "input.*").Single()));

        var text = new StringBuilder();
        foreach (var fault in reading.Faults)
            text.Append(CultureInfo.InvariantCulture, $"fault   {fault.Line}:{fault.Column} {fault.Path}: {fault.Message}\n");
        foreach (var warning in reading.Warnings)
            text.Append(CultureInfo.InvariantCulture, $"warning {warning.Line}:{warning.Column} {warning.Path}: {warning.Message}\n");
        foreach (var one in reading.Objects)
        {
            text.Append(CultureInfo.InvariantCulture, $"==== {one.Kind.Kind} {one.Key} in line {one.Line}\n");
            text.Append(Encoding.UTF8.GetString(one.Value.Span).TrimEnd('\n')).Append('\n');
        }
        Golden.Matches(Path.Combine(folder, "expected.txt"), text.ToString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_value_of_a_file_reads_alike_when_it_is_put(string name)
    {
        var folder = Repository.Of("tests", "Model.Tests", "Golden", "manifests", name);

        foreach (var one in ManifestReader.Read(File.ReadAllBytes(Directory.GetFiles(folder, "input.*").Single())).Objects)
        {
            if (one.Reading.Pod is not { } pod)
                continue;
            var put = PodReader.Read(one.Key, one.Value);
            put.Faults.Should().BeEmpty();
            Encoding.UTF8.GetString(ModelJson.Write(put.Pod!)).Should().Be(Encoding.UTF8.GetString(ModelJson.Write(pod)));
        }
    }

    [Fact]
    public void Objects_that_name_no_namespace_get_the_one_asked_for()
    {
        var file = "kind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x}]}\n---\n"u8
            + "kind: Pod\nmetadata: {name: b, namespace: own}\nspec: {containers: [{name: c, image: x}]}\n"u8;

        var reading = ManifestReader.Read(file.ToArray(), "team");

        reading.Faults.Should().BeEmpty();
        reading.Objects.Select(o => o.Key).Should().Equal(new PodKey("team", "a"), new PodKey("own", "b"));
    }

    [Fact]
    public void Nothing_at_all_is_a_fault() =>
        ManifestReader.Read(ReadOnlyMemory<byte>.Empty).Faults.Should().ContainSingle().Which.Message.Should().Be("holds no object");
}
