using Etcd;
using Testing;

namespace Podctl.Tests;

public sealed class ApplyTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    [Fact]
    public async Task A_pod_is_created_then_unchanged_then_configured()
    {
        var file = WriteFile("hello.yaml", HelloSpec);
        (await Podctl.RunAsync("apply", "-f", file)).Should().Be(new CommandResult(0, "pod default/hello created\n", ""));
        var first = await Client.GetAsync(Keys.PodSpec(new("default", "hello")));
        (await Podctl.RunAsync("apply", "-f", file)).Should().Be(new CommandResult(0, "pod default/hello unchanged\n", ""));
        (await Client.GetAsync(Keys.PodSpec(new("default", "hello"))))!.ModRevision.Should().Be(first!.ModRevision, "what is the same is not put again");
        WriteFile("hello.yaml", HelloSpec.Replace("8080", "8081", StringComparison.Ordinal));
        (await Podctl.RunAsync("apply", "-f", file)).Should().Be(new CommandResult(0, "pod default/hello configured\n", ""));
        (await SpecAsync("hello")).Should().Contain("8081");
    }

    [Fact]
    public async Task The_text_is_put_as_it_was_written()
    {
        await Podctl.RunAsync("apply", "-f", WriteFile("hello.yaml", HelloSpec));
        (await SpecAsync("hello")).Should().StartWith("# A page.\nkind: Pod");
    }

    [Fact]
    public async Task Every_document_of_every_file_of_a_folder_is_put_and_other_files_are_not_read()
    {
        WriteFile("a.yaml", HelloSpec + "---\n" + HelloSpec.Replace("name: hello", "name: other", StringComparison.Ordinal));
        WriteFile("b.json", """{"kind":"Pod","metadata":{"name":"third","namespace":"shop"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        WriteFile("notes.txt", "not a spec");
        var result = await Podctl.RunAsync("apply", "-f", FilesFolder);
        result.Should().Be(new CommandResult(0, "pod default/hello created\npod default/other created\npod shop/third created\n", ""));
    }

    [Fact]
    public async Task Standard_input_is_read_into_the_namespace_that_is_given()
    {
        (await Podctl.RunWithInputAsync(HelloSpec, "apply", "-n", "shop", "-f", "-")).Out.Should().Be("pod shop/hello created\n");
        (await SpecAsync("hello", "shop")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_namespace_that_disagrees_with_the_file_is_a_fault()
    {
        var file = WriteFile("hello.yaml", HelloSpec.Replace("name: hello", "name: hello\n  namespace: here", StringComparison.Ordinal));
        var result = await Podctl.RunAsync("apply", "-n", "there", "-f", file);
        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain("metadata.namespace").And.Contain("here").And.Contain("there");
    }

    [Fact]
    public async Task One_fault_and_nothing_at_all_is_put()
    {
        WriteFile("a.yaml", HelloSpec);
        var bad = WriteFile("b.yaml", HelloSpec.Replace("image:", "imgae:", StringComparison.Ordinal).Replace("8080", "99999", StringComparison.Ordinal));
        var result = await Podctl.RunAsync("apply", "-f", FilesFolder);
        result.ExitCode.Should().Be(1);
        result.Out.Should().BeEmpty();
        result.Error.Should().Contain($"{bad}:9:5: ").And.Contain("imgae").And.Contain("99999");
        (await SpecAsync("hello")).Should().BeNull();
    }
}
