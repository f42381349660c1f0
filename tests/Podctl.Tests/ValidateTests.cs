using Testing;

namespace Podctl.Tests;

/// <summary>Without any etcd: validation is offline.</summary>
public sealed class ValidateTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly PodctlProgram _podctl = new("http://127.0.0.1:1", null);

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_valid_file()
    {
        var result = await ValidateAsync("kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: c, image: i}\n");
        result.Should().Be(new CommandResult(0, "pod default/a is valid\n", ""));
    }

    [Fact]
    public async Task Every_fault_comes_with_its_place()
    {
        var result = await ValidateAsync("kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: c\n    imag: i\n    ports: [{containerPort: 70000}]\n");
        result.ExitCode.Should().Be(1);
        var lines = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCountGreaterThanOrEqualTo(3).And.OnlyContain(line => line.StartsWith(_files["spec.yaml"] + ":", StringComparison.Ordinal));
        lines.Should().ContainSingle(line => line.StartsWith(_files["spec.yaml"] + ":6:5: spec.containers[0].imag: ", StringComparison.Ordinal))
            .Which.Should().Contain("image", "the nearest name is told");
        lines.Should().ContainSingle(line => line.Contains("70000", StringComparison.Ordinal)).Which.Should().StartWith(_files["spec.yaml"] + ":7:");
    }

    [Theory]
    [InlineData("")]
    [InlineData("kind: Pod\n  metadata: [")]
    [InlineData("kind: Deplyment\nmetadata: {name: a}\n")]
    [InlineData("\u0000\u0001")]
    public async Task What_is_no_spec_is_a_fault_and_no_stack_trace(string text)
    {
        var result = await ValidateAsync(text);
        result.ExitCode.Should().Be(1);
        result.Out.Should().StartWith(_files["spec.yaml"] + ":").And.NotContain("   at ");
        result.Error.Should().BeEmpty();
    }

    [Fact]
    public async Task The_examples_are_valid()
    {
        var result = await _podctl.RunAsync("validate", "-f", Path.Combine(Programs.RepositoryRoot, "crds-like-specs", "examples"));
        result.ExitCode.Should().Be(0, result.Out);
        result.Out.Should().Contain("pod default/hello is valid\n");
    }

    private Task<CommandResult> ValidateAsync(string text)
    {
        File.WriteAllText(_files["spec.yaml"], text);
        return _podctl.RunAsync("validate", "-f", _files["spec.yaml"]);
    }
}
