using System.Text.Json;
using Mesos.Executor;

namespace Mesos.Tests;

public class ExecutorEnvironmentTests
{
    [Fact]
    public void A_recorded_environment_is_understood()
    {
        var environment = ExecutorEnvironment.Parse(Recorded());
        environment.Endpoint.Should().Be(new Uri("http://127.0.0.1:5051/api/v1/executor"));
        environment.FrameworkId.Should().Be("0c8d0b51-7801-4702-a4b5-aa5d3fbd37a9-0000");
        environment.ExecutorId.Should().Be("node-agent");
        environment.ContainerId.Should().Be("66cd0c5b-f380-4d33-ac12-ab044647665f");
        environment.AgentId.Should().Be("0c8d0b51-7801-4702-a4b5-aa5d3fbd37a9-S0");
        environment.Checkpoint.Should().BeTrue();
        environment.RecoveryTimeout.Should().Be(TimeSpan.FromMinutes(15));
        environment.SubscriptionBackoffMax.Should().Be(TimeSpan.FromSeconds(10));
        environment.ShutdownGracePeriod.Should().Be(TimeSpan.FromSeconds(5));
        environment.AuthenticationToken.Should().BeNull();
    }

    [Fact]
    public void Without_checkpointing_no_recovery_is_waited_out()
    {
        var variables = Recorded();
        variables.Remove("MESOS_CHECKPOINT");
        ExecutorEnvironment.Parse(variables).RecoveryTimeout.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void The_directory_stands_in_for_the_sandbox()
    {
        var variables = Recorded();
        variables.Remove("MESOS_SANDBOX");
        variables["MESOS_DIRECTORY"] = "/var/runs/c1/";
        ExecutorEnvironment.Parse(variables).ContainerId.Should().Be("c1");
    }

    [Fact]
    public void All_that_is_missing_or_wrong_is_named_at_once()
    {
        var variables = new Dictionary<string, string>
        {
            ["MESOS_AGENT_ENDPOINT"] = "somewhere/else",
            ["MESOS_FRAMEWORK_ID"] = "",
            ["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"] = "soon",
            ["MESOS_SUBSCRIPTION_BACKOFF_MAX"] = "-1secs",
        };
        FluentActions.Invoking(() => ExecutorEnvironment.Parse(variables)).Should().Throw<MesosException>().Which.Message.Should()
            .Contain("MESOS_AGENT_ENDPOINT is `somewhere/else`").And.Contain("MESOS_FRAMEWORK_ID is not set").And.Contain("MESOS_EXECUTOR_ID is not set")
            .And.Contain("neither MESOS_SANDBOX nor MESOS_DIRECTORY is set").And.Contain("`soon`").And.Contain("`-1secs`");
    }

    [Fact]
    public void The_token_is_read_and_never_printed()
    {
        var variables = Recorded();
        variables["MESOS_EXECUTOR_AUTHENTICATION_TOKEN"] = "s3cret";
        var environment = ExecutorEnvironment.Parse(variables);
        environment.AuthenticationToken.Should().Be("s3cret");
        environment.ToString().Should().NotContain("s3cret");
    }

    [Theory]
    [InlineData("15mins", 900)]
    [InlineData("2secs", 2)]
    [InlineData("1.5hrs", 5400)]
    [InlineData("1weeks", 604_800)]
    [InlineData("3days", 259_200)]
    [InlineData("250ms", 0.25)]
    [InlineData("10us", 0.00001)]
    [InlineData("300ns", 0.0000003)]
    [InlineData("-1secs", -1)]
    public void Durations_are_read(string text, double seconds)
    {
        MesosDuration.TryParse(text, out var duration).Should().BeTrue();
        duration.Should().Be(TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("secs")]
    [InlineData("15 mins")]
    [InlineData("15min")]
    [InlineData("1e3secs")]
    [InlineData("99999999999999weeks")]
    public void What_is_no_duration_is_refused(string text) => MesosDuration.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData(900, "15mins")]
    [InlineData(90, "90secs")]
    [InlineData(0, "0secs")]
    [InlineData(0.25, "250ms")]
    [InlineData(604_800, "1weeks")]
    [InlineData(-5, "-5secs")]
    public void Durations_are_written_in_their_largest_whole_unit(double seconds, string text) =>
        MesosDuration.Format(TimeSpan.FromSeconds(seconds)).Should().Be(text);

    private static Dictionary<string, string> Recorded() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(Transcript.Bytes("g-executor/environment.json"))!;
}
