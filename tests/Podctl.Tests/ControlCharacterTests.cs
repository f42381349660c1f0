using System.Globalization;
using System.Text;
using Model.Status;
using Testing;

namespace Podctl.Tests;

/// <summary>Whoever may write to etcd must not thereby drive the terminal of whoever looks.</summary>
public sealed class ControlCharacterTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    // Clears the screen; the second is the same in one character, the third turns the writing's direction.
    private const string Evil = "x\u001b[2J\u009b2J\u202e\r";
    private const string Harmless = "x\\u001b[2J\\u009b2J\\u202e\\u000d";

    [Theory]
    [InlineData("get", "pods")]
    [InlineData("get", "pods", "-o", "wide")]
    [InlineData("get", "pods", "-o", "name")]
    [InlineData("get", "pods", "-A")]
    [InlineData("describe", "pod", Evil)]
    public async Task From_keys_and_values_are_shown_as_escapes(params string[] arguments)
    {
        await PutSpecAsync(Evil, $"# {Evil}.\n\tkind: Pod\n");
        await PutStatusAsync(Evil, EvilStatus);
        var result = await Podctl.RunAsync(arguments);
        result.ExitCode.Should().Be(0);
        result.Out.Should().Contain(Harmless);
        Driving(result.Out + result.Error).Should().BeEmpty();
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Documents_for_programs_hold_them_as_escapes_of_their_own(string format)
    {
        await PutStatusAsync("evil", EvilStatus with { Message = "\u001b[2J" });
        var result = await Podctl.RunAsync("get", "pods", "-o", format);
        result.ExitCode.Should().Be(0);
        result.Out.Should().MatchRegex(format == "json" ? @"\\u001[bB]\[2J" : @"(\\e|\\x1[bB])\[2J").And.NotContain("\u001b");
    }

    [Fact]
    public async Task Watch_shows_them_as_escapes()
    {
        await PutStatusAsync(Evil, EvilStatus);
        using var watch = Podctl.Start("watch", "pods");
        try
        {
            var line = await watch.StandardOutput.ReadLineAsync().WaitAsync(Eventually.DefaultDeadline);
            line.Should().StartWith($"default/{Harmless}   ").And.EndWith(Harmless);
            Driving(line!).Should().BeEmpty();
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task Faults_of_a_file_and_what_is_not_found_show_them_as_escapes()
    {
        var invalid = await Podctl.RunAsync("validate", "-f", WriteFile("e\u001b[2J.yaml", "kind: Pod\nmetadata: {name: a}\nspec: {\"\\e[2J\": 1}\n"));
        var missing = await Podctl.RunAsync("describe", "pod", Evil);
        invalid.ExitCode.Should().Be(1);
        invalid.Out.Should().Contain("e\\u001b[2J.yaml:3:");
        missing.Error.Should().Be($"podctl: pod default/{Harmless} not found\n");
        Driving(invalid.Out + invalid.Error + missing.Error).Should().BeEmpty();
    }

    private static PodStatus EvilStatus => new()
    {
        Reason = Evil,
        Message = Evil,
        HostIP = Evil,
        AgentId = Evil,
        TaskId = Evil,
        Conditions = [new Condition { Type = Evil, Status = ConditionStatus.False, Reason = Evil, Message = Evil }],
        Faults = [new SpecFault(Evil, Evil, 1, 1)],
        Ports = [new PortStatus { Container = Evil, Name = Evil, ContainerPort = 1, HostPort = 2, Protocol = Evil }],
        ContainerStatuses = [new ContainerStatus { Name = Evil, Image = Evil, State = new ContainerStateStatus { Waiting = new ContainerWaiting(Evil, Evil) } }],
    };

    /// <summary>The characters that a terminal acts on, but for the ends of lines and tabs.</summary>
    private static IEnumerable<string> Driving(string text) => text.EnumerateRunes()
        .Where(rune => rune.Value is not ('\n' or '\t') && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format)
        .Select(rune => rune.Value.ToString("x4", CultureInfo.InvariantCulture));
}
