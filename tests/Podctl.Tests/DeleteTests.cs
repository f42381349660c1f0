using System.Text;
using Etcd;
using Model.Keys;
using Testing;

namespace Podctl.Tests;

public sealed class DeleteTests(EtcdFixture fixture) : PodctlTest(fixture), IClassFixture<EtcdFixture>
{
    private static readonly PodKey Hello = new("default", "hello");

    [Fact]
    public async Task Only_the_spec_is_deleted_the_rest_is_the_reconcilers()
    {
        await PutSpecAsync("hello", HelloSpec);
        await PutStatusAsync("hello", Statuses.Running(Statuses.Noon));
        (await Podctl.RunAsync("delete", "pod", "hello")).Should().Be(new CommandResult(0, "pod default/hello deleted\n", ""));
        (await SpecAsync("hello")).Should().BeNull();
        (await Client.GetAsync(Keys.PodStatus(Hello))).Should().NotBeNull();
    }

    [Fact]
    public async Task What_is_not_there_is_a_failure_and_the_others_are_deleted()
    {
        await PutSpecAsync("hello", HelloSpec);
        var result = await Podctl.RunAsync("delete", "pod", "nobody", "hello");
        result.Should().Be(new CommandResult(1, "pod default/hello deleted\n", "podctl: pod default/nobody not found\n"));
    }

    [Fact]
    public async Task The_pods_of_a_file_are_deleted()
    {
        await PutSpecAsync("hello", HelloSpec);
        await PutSpecAsync("other", HelloSpec);
        (await Podctl.RunAsync("delete", "-f", WriteFile("hello.yaml", HelloSpec))).Out.Should().Be("pod default/hello deleted\n");
        (await SpecAsync("other")).Should().NotBeNull();
    }

    [Fact]
    public async Task Wait_ends_when_status_and_assignments_are_gone()
    {
        await PutSpecAsync("hello", HelloSpec);
        await PutStatusAsync("hello", Statuses.Running(Statuses.Noon));
        await Client.PutAsync(Keys.Assignment(Hello, "0123456789ab"), Encoding.UTF8.GetBytes("{}"));
        var waiting = Podctl.RunAsync("delete", "pod", "hello", "--wait");
        await Eventually.TrueAsync("the spec is deleted", async () => await SpecAsync("hello") is null);
        await Client.DeleteAsync(Keys.PodStatus(Hello));
        waiting.IsCompleted.Should().BeFalse("an assignment is left");
        await Client.DeleteAsync(Keys.Assignment(Hello, "0123456789ab"));
        (await waiting).Should().Be(new CommandResult(0, "pod default/hello deleted\n", ""));
    }

    [Fact]
    public async Task Wait_gives_up_with_a_failure()
    {
        await PutSpecAsync("hello", HelloSpec);
        await PutStatusAsync("hello", Statuses.Running(Statuses.Noon));
        var result = await Podctl.RunAsync("delete", "pod", "hello", "--wait", "--timeout", "1");
        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain("default/hello is not gone after 1 s");
    }

    [Fact]
    public async Task Neither_a_name_nor_a_file_is_wrong_usage() =>
        (await Podctl.RunAsync("delete")).ExitCode.Should().Be(2);
}
