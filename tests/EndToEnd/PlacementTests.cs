using Model.Status;
using Testing;

namespace EndToEnd;

[Collection(SharedCluster.Name)]
public sealed class PlacementTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public Task Of_two_that_want_one_port_the_second_waits_with_the_reason_until_it_is_free() => _cluster.TellAsync(async () =>
    {
        var port = _cluster.OfferedPorts.Last;
        await _cluster.PutAsync("first", Pods.Web("first", hostPort: port));
        var first = await _cluster.RunningAsync("first");
        first.Ports[0].HostPort.Should().Be(port);
        await _cluster.PutAsync("second", Pods.Web("second", hostPort: port));
        var waiting = await _cluster.StatusAsync("second", "is unschedulable", Unschedulable);
        waiting.Phase.Should().Be(PodPhase.Pending);
        waiting.Message.Should().Contain(port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _cluster.DeleteAsync("first");
        (await _cluster.RunningAsync("second")).Ports[0].HostPort.Should().Be(port);
        await _cluster.DeleteAsync("second");
        await _cluster.GoneAsync("second");
    });

    [Fact]
    public Task What_no_machine_can_hold_is_told_with_the_best_there_is() => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync("huge", Pods.Web("huge").Replace("cpu: 50m", "cpu: 500", StringComparison.Ordinal));
        var status = await _cluster.StatusAsync("huge", "is unschedulable", Unschedulable);
        status.Phase.Should().Be(PodPhase.Pending);
        status.Message.Should().Contain("500").And.Contain("127.0.0.1", "the best candidate is named");
        await _cluster.DeleteAsync("huge");
        await _cluster.GoneAsync("huge");
    });

    private static bool Unschedulable(PodStatus status) =>
        status.Reason == "Unschedulable" && status.Conditions.Find(ConditionTypes.Scheduled) is { Status: ConditionStatus.False };
}
