using Model.Status;
using Testing;

namespace EndToEnd;

/// <summary>etcd takes any value: what is wrong with it is answered in the status key, and what runs is left alone.</summary>
[Collection(SharedCluster.Name)]
public sealed class RefusedSpecTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public Task Every_fault_is_answered_with_its_place_and_nothing_is_launched() => _cluster.TellAsync(async () =>
    {
        var revision = await _cluster.PutAsync("typo", "kind: Pod\nspec:\n  containers:\n  - name: web\n    imag: IMAGE\n    ports: [{containerPort: 99999}]\n");
        var status = await _cluster.StatusAsync("typo", "is refused", s => Accepted(s) is { Status: ConditionStatus.False });
        status.ObservedRevision.Should().Be(revision);
        status.Faults.Should().Contain(f => f.Path == "spec.containers[0].imag" && f.Line == 5 && f.Column == 5 && f.Message.Contains("image", StringComparison.Ordinal));
        status.Faults.Should().Contain(f => f.Line == 6 && f.Message.Contains("99999", StringComparison.Ordinal));
        (await _cluster.ContainersAsync("typo")).Should().BeEmpty();
        await _cluster.DeleteAsync("typo");
        await _cluster.GoneAsync("typo");
    });

    [Fact]
    public Task What_ran_goes_on_running_on_the_last_accepted_revision() => _cluster.TellAsync(async () =>
    {
        await _cluster.PutAsync("steady", Pods.Web("steady"));
        var first = await _cluster.RunningAsync("steady");
        var revision = await _cluster.PutAsync("steady", "{{{ no spec");
        var refused = await _cluster.StatusAsync("steady", "the new revision is refused", s => s.ObservedRevision == revision);
        Accepted(refused)!.Status.Should().Be(ConditionStatus.False);
        refused.Faults.Should().NotBeEmpty();
        (refused.Phase, refused.Uid, refused.ContainerStatuses[0].ContainerID).Should().Be((PodPhase.Running, first.Uid, first.ContainerStatuses[0].ContainerID));
        (await _cluster.PageAsync(refused)).Should().Contain("hello from busybox");

        var mended = await _cluster.PutAsync("steady", Pods.Web("steady"));
        var accepted = await _cluster.StatusAsync("steady", "the mended revision is accepted", s => s.ObservedRevision == mended);
        Accepted(accepted)!.Status.Should().Be(ConditionStatus.True);
        accepted.Faults.Should().BeEmpty();
        accepted.Uid.Should().Be(first.Uid, "the same spec needs no new incarnation");
        await _cluster.DeleteAsync("steady");
        await _cluster.GoneAsync("steady");
    });

    private static Condition? Accepted(PodStatus status) => status.Conditions.Find(ConditionTypes.Accepted);
}
