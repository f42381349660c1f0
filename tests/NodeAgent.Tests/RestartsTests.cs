using Model.Pods;
using NodeAgent.Pods;

namespace NodeAgent.Tests;

public sealed class RestartsTests
{
    private static ContainerExit Exit(int code) => new() { ExitCode = code };

    [Theory]
    [InlineData(RestartPolicy.Always, 0, true)]
    [InlineData(RestartPolicy.Always, 1, true)]
    [InlineData(RestartPolicy.OnFailure, 0, false)]
    [InlineData(RestartPolicy.OnFailure, 1, true)]
    [InlineData(RestartPolicy.Never, 0, false)]
    [InlineData(RestartPolicy.Never, 1, false)]
    public void The_policy_decides_whether(RestartPolicy policy, int exitCode, bool again) =>
        (Restarts.Delay(policy, Exit(exitCode), 0) is not null).Should().Be(again);

    [Fact]
    public void The_first_restart_is_immediate_and_the_later_ones_double_from_10_s_to_300_s() =>
        Enumerable.Range(0, 9).Select(n => Restarts.Delay(RestartPolicy.Always, Exit(1), n)!.Value.TotalSeconds)
            .Should().Equal(0, 10, 20, 40, 80, 160, 300, 300, 300);

    [Fact]
    public void Ten_minutes_of_running_make_it_begin_anew()
    {
        Restarts.After(5, TimeSpan.FromMinutes(9.9)).Should().Be(5);
        Restarts.After(5, TimeSpan.FromMinutes(10)).Should().Be(0);
    }

    [Fact]
    public void What_the_agent_stopped_itself_restarts_at_once_even_with_exit_code_0()
    {
        var forced = Exit(0) with { Forced = true };
        Restarts.Delay(RestartPolicy.OnFailure, forced, 7).Should().Be(TimeSpan.Zero);
        Restarts.Delay(RestartPolicy.Never, forced, 0).Should().BeNull();
        forced.Failed.Should().BeTrue();
    }
}
