using Model.Assignments;
using Model.Keys;

namespace Model.Tests.Keys;

public sealed class KeyTests
{
    private static readonly KeyLayout Layout = new("/cluster-a");
    private static readonly PodKey Pod = new("team", "web-1");

    [Fact]
    public void Every_key_of_a_pod_is_taken_apart_as_it_was_built()
    {
        KeyLayout.PodOf(Layout.PodSpec(Pod), Layout.PodSpecs).Should().Be(Pod);
        KeyLayout.PodOf(Layout.PodStatus(Pod), Layout.PodStatuses).Should().Be(Pod);
        KeyLayout.PodOf(Layout.Owner(Pod), Layout.Owners).Should().Be(Pod);
        Layout.AssignmentOf(Layout.Assignment(Pod, "0123456789ab")).Should().Be((Pod, "0123456789ab"));
        Layout.Assignment(Pod, "u").Should().StartWith(Layout.AssignmentsOf(Pod));
    }

    [Fact]
    public void The_keys_are_those_that_the_documentation_promises()
    {
        var layout = new KeyLayout();

        layout.PodSpec(Pod).Should().Be("/reconciler/specs/pods/team/web-1");
        layout.PodStatus(Pod).Should().Be("/reconciler/status/pods/team/web-1");
        layout.Owner(Pod).Should().Be("/reconciler/owner/team/web-1");
        layout.Assignment(Pod, "u").Should().Be("/reconciler/assignments/team/web-1/u");
        layout.NodeAssignment("a1").Should().Be("/reconciler/nodeassignments/a1");
        layout.Node("a1").Should().Be("/reconciler/nodes/a1");
        layout.Swept("a1", "run").Should().Be("/reconciler/swept/a1/run");
        layout.Leader.Should().Be("/reconciler/control/leader");
        layout.Framework.Should().Be("/reconciler/control/framework");
    }

    [Theory]
    [InlineData("/cluster-a/specs/pods/")]
    [InlineData("/cluster-b/specs/pods/team/web")]
    [InlineData("")]
    public void A_key_elsewhere_is_no_pods(string key) => KeyLayout.PodOf(key, Layout.PodSpecs).Should().BeNull();

    [Theory]
    [InlineData("team")]
    [InlineData("team/")]
    [InlineData("/web")]
    [InlineData("team/web/more")]
    [InlineData("team/../x")]
    public void A_key_with_too_few_or_too_many_names_has_a_place_where_it_is_answered(string rest)
    {
        var pod = KeyLayout.PodOf(Layout.PodSpecs + rest, Layout.PodSpecs);
        pod.Should().NotBeNull();
        Layout.PodSpec(pod!.Value).Should().Be(Layout.PodSpecs + rest);
        Layout.PodStatus(pod.Value).Should().Be(Layout.PodStatuses + rest);
    }

    [Fact]
    public void A_bad_name_in_a_key_is_still_found_so_that_it_can_be_answered() =>
        KeyLayout.PodOf("/cluster-a/specs/pods/team/Bad_Name", Layout.PodSpecs).Should().Be(new PodKey("team", "Bad_Name"));

    [Theory]
    [InlineData("abc/agent", StatusWriter.Agent)]
    [InlineData("abc/leader", StatusWriter.Leader)]
    public void An_owner_reads_back_as_written(string text, StatusWriter writer)
    {
        PodOwner.Parse(text).Should().Be(new PodOwner("abc", writer));
        PodOwner.Parse(text)!.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("/agent")]
    [InlineData("abc/nobody")]
    [InlineData("abc/agent/x")]
    public void What_is_no_owner_is_none(string text) => PodOwner.Parse(text).Should().BeNull();

    [Fact]
    public void A_task_id_tells_its_pod_and_incarnation()
    {
        var uid = TaskIds.Uid(Pod, specCreateRevision: 7, attempt: 1);

        uid.Should().MatchRegex("^[0-9a-f]{12}$").And.Be(TaskIds.Uid(Pod, 7, 1));
        TaskIds.PodOf(TaskIds.OfPod(Pod, uid)).Should().Be((Pod, uid));
        TaskIds.IsNode(TaskIds.OfPod(Pod, uid)).Should().BeFalse();
    }

    [Fact]
    public void Another_pod_another_spec_or_another_attempt_is_another_incarnation()
    {
        string[] uids =
        [
            TaskIds.Uid(Pod, 7, 1), TaskIds.Uid(Pod, 7, 2), TaskIds.Uid(Pod, 8, 1), TaskIds.Uid(new PodKey("team", "web-2"), 7, 1),
            TaskIds.Uid(new PodKey("web-1", "team"), 7, 1), TaskIds.Uid(Pod, 71, 1), TaskIds.Uid(Pod, 7, 11),
        ];

        uids.Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("b8a9-S0")]
    [InlineData("a.b-S1")]
    public void A_node_task_is_never_taken_for_a_pods(string agentId)
    {
        var id = TaskIds.OfNode(agentId, 3);

        TaskIds.IsNode(id).Should().BeTrue();
        TaskIds.PodOf(id).Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a..c")]
    [InlineData("a.b.c.d")]
    public void Somebody_elses_task_id_is_no_pods(string id) => TaskIds.PodOf(id).Should().BeNull();

    [Fact]
    public void Pods_are_ordered_as_their_keys_are()
    {
        PodKey[] pods = [new("b", "a"), new("a", "b"), new("a", "a-b"), new("a", "a")];

        pods.Order().Should().Equal(new PodKey("a", "a"), new PodKey("a", "a-b"), new PodKey("a", "b"), new PodKey("b", "a"));
    }
}
