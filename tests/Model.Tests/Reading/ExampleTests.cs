using System.Text;
using Model.Keys;
using Model.Pods;
using Model.Reading;

namespace Model.Tests.Reading;

/// <summary>Every example is put as it is, so every example is a test.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string> Examples =>
        new(Directory.GetFiles(Repository.Of("crds-like-specs", "examples"), "*.yaml").Select(Path.GetFileNameWithoutExtension).Order()!);

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_accepted_without_a_warning(string name)
    {
        var reading = Read(name);

        reading.Faults.Should().BeEmpty();
        reading.Warnings.Should().BeEmpty();
        reading.Pod!.Metadata.Name.Should().Be(name);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_written_as_JSON_reads_back_as_the_same_pod(string name)
    {
        var pod = Read(name).Pod!;

        var again = PodReader.Read(new PodKey("default", name), ModelJson.Write(pod));

        again.Faults.Should().BeEmpty();
        // Lists and dictionaries in records compare by reference, so the bytes are compared.
        Text(again.Pod!).Should().Be(Text(pod));
    }

    [Fact]
    public void The_hello_example_says_what_the_demo_needs()
    {
        var container = Read("hello").Pod!.Spec.Containers.Should().ContainSingle().Subject;

        container.Image.Should().Be("reconciler-demo/hello:1");
        container.Command.Should().Equal("/bin/httpd", "-f", "-p", "8080", "-h", "/www");
        container.Ports.Should().Equal(new ContainerPort { Name = "http", Port = 8080 });
        container.Resources.Requests.Should().Be(new ResourceList { Cpu = Quantity.Parse("100m"), Memory = Quantity.Parse("32Mi") });
    }

    private static SpecReading Read(string name) => PodReader.Read(
        new PodKey("default", name), File.ReadAllBytes(Repository.Of("crds-like-specs", "examples", $"{name}.yaml")));

    private static string Text(Pod pod) => Encoding.UTF8.GetString(ModelJson.Write(pod));
}
