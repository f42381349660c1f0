using System.Text;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;
using Reconciler.State;

namespace Reconciler.Tests;

public sealed class StateTests
{
    private static readonly PodKey Web = new("default", "web");
    private readonly KeyLayout _keys = new("/r");
    private readonly ClusterState _state;
    private int _changes;

    public StateTests() => _state = new ClusterState(_keys) { Changed = () => _changes++ };

    [Theory]
    [InlineData("specs/pods/x", "", "x")]
    [InlineData("specs/pods/a/b/c", "a", "b/c")]
    [InlineData("specs/pods/a/", "a", "")]
    [InlineData("specs/pods//b", "", "/b")]
    public void A_spec_under_an_odd_key_is_answered_at_the_same_place_under_status(string key, string ns, string name)
    {
        Put("/r/" + key, Pods.Nginx, 5);
        var pod = new PodKey(ns, name);
        _state.TakeDirty().Should().Equal(pod);
        _state.Pods[pod].Spec.Value!.Faults.Should().NotBeEmpty("such a name is no name");
        ("/r/" + key).Should().Be(_keys.PodSpec(pod));
        _keys.PodStatus(pod).Should().Be("/r/" + key.Replace("specs/", "status/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/r/specs/pods/")]
    [InlineData("/r/specs/deployments/default/web")]
    [InlineData("/r/assignments/default/web")]
    [InlineData("/r/assignments/default/web/uid/more")]
    [InlineData("/r/assignments//web/uid")]
    [InlineData("/r/something/else")]
    [InlineData("/other/specs/pods/default/web")]
    public void What_is_none_of_ours_is_let_pass(string key)
    {
        Put(key, "x", 5);
        (_state.Pods.Count, _state.Nodes.Count, _state.TakeDirty().Count).Should().Be((0, 0, 0));
    }

    [Fact]
    public void Old_news_changes_nothing()
    {
        Put(_keys.PodSpec(Web), Pods.Nginx, 5);
        Put(_keys.PodSpec(Web), Pods.Invalid, 7, create: 5);
        _state.TakeDirty();
        Put(_keys.PodSpec(Web), Pods.Nginx, 5);
        Delete(_keys.PodSpec(Web), 6);
        _state.TakeDirty().Should().BeEmpty();
        _state.Pods[Web].Spec.ModRevision.Should().Be(7);
        Delete(_keys.PodSpec(Web), 8);
        _state.TakeDirty().Should().Equal(Web);
        (_state.Pods[Web].Spec.Value, _state.Pods[Web].Spec.ModRevision).Should().Be((null, 0));
        Put(_keys.PodSpec(Web), Pods.Invalid, 7);
        _state.Pods[Web].Spec.Value.Should().BeNull("a deletion is news too");
    }

    [Fact]
    public void Our_own_write_is_the_same_before_and_after_the_watch_tells_of_it()
    {
        var mine = new PodStatus { Phase = PodPhase.Running };
        var pod = _state.Pod(Web);
        pod.Status.Update(mine, 10).Should().BeTrue();
        Put(_keys.PodStatus(Web), Encoding.UTF8.GetString(ModelJson.Write(mine)), 10);
        _state.TakeDirty().Should().BeEmpty("it is no news");
        Put(_keys.PodStatus(Web), "{}", 12);
        _state.TakeDirty().Should().Equal(Web);
        pod.Status.Update(mine, 11).Should().BeFalse("the watch was faster");
        pod.Status.Value!.Phase.Should().Be(PodPhase.Pending);
    }

    [Fact]
    public void A_changed_spec_waits_for_no_backoff()
    {
        Put(_keys.PodSpec(Web), Pods.Nginx, 5);
        var pod = _state.Pods[Web];
        (pod.Failures, pod.NotBefore) = (4, DateTimeOffset.MaxValue);
        Put(_keys.PodSpec(Web), Pods.Httpd, 6, create: 5);
        (pod.Failures, pod.NotBefore).Should().Be((0, null));
    }

    [Fact]
    public void What_nothing_is_left_of_is_dropped_but_not_before_the_watch_has_told_all()
    {
        Put(_keys.PodStatus(Web), "{}", 5);
        _state.Pods[Web].Status.Update(null, 9);
        _state.DropEmpty(Web, 8);
        _state.Pods.Should().ContainKey(Web, "the watch may still tell of revision 5");
        _state.DropEmpty(Web, 9);
        _state.Pods.Should().BeEmpty();
    }

    [Theory]
    [InlineData("status/pods/default/web")]
    [InlineData("owner/default/web")]
    [InlineData("assignments/default/web/0123456789ab")]
    [InlineData("nodeassignments/agent-1")]
    [InlineData("control/framework")]
    [InlineData("specs/pods/default/web")]
    public void No_value_whatever_stops_the_loop(string key)
    {
        string[] values =
        [
            "", "{", "null", "[]", "\"x\"", "{}", "\u0000", "{\"conditions\":null}", "{\"conditions\":[null]}", "{\"ports\":null,\"faults\":null}",
            "{\"spec\":null,\"namespace\":null,\"name\":null,\"uid\":null}", "a/b/c", "//agent", "{\"generation\":1e99}", new string('[', 5000),
        ];
        var revision = 5;
        foreach (var value in values)
            Put("/r/" + key, value, revision++, create: 5);
        _state.Apply("/r/" + key, new byte[] { 0xff, 0xfe, 0x00 }, 5, revision++);
        _state.Apply("/r/" + key, Encoding.Latin1.GetBytes("{\"reason\":\"\xff\"}"), 5, revision++);
    }

    [Theory]
    [InlineData("{\"conditions\":[null]}")]
    [InlineData("{\"conditions\":null}")]
    [InlineData("{\"containerStatuses\":[null]}")]
    [InlineData("{\"conditions\":[{\"type\":null,\"status\":\"True\"}]}")]
    public void A_status_that_nobody_of_ours_wrote_counts_as_empty(string json)
    {
        Put(_keys.PodStatus(Web), json, 5);
        Put(_keys.PodSpec(Web), Pods.Invalid, 6);
        var decision = Model.Planning.PodPlanner.Decide(_state.Pods[Web].View(DateTimeOffset.UnixEpoch));
        decision.Answer!.Conditions.Should().ContainSingle(c => c.Type == ConditionTypes.Accepted);
        _state.Pods[Web].Status.ModRevision.Should().Be(5, "it is there all the same, and is overwritten");
    }

    [Fact]
    public void The_same_amount_written_otherwise_is_the_same_spec()
    {
        string Json(string cpu) => $$$"""{"spec": {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "{{{cpu}}}"} } }]}}""";
        Put(_keys.PodSpec(Web), Json("1000m"), 5);
        var hash = _state.Pods[Web].Spec.Value!.Hash;
        Put(_keys.PodSpec(Web), Json("1"), 6, create: 5);
        _state.Pods[Web].Spec.Value!.Hash.Should().Be(hash, "a pod is not restarted for it");
        Put(_keys.PodSpec(Web), Json("2"), 7, create: 5);
        _state.Pods[Web].Spec.Value!.Hash.Should().NotBe(hash);
    }

    [Fact]
    public void A_node_task_is_live_until_it_is_lost()
    {
        var node = new NodeAssignment
        {
            AgentId = "a",
            Hostname = "h",
            Generation = 3,
            ExecutorId = "e",
            TaskId = TaskIds.OfNode("a", 3),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        Put(_keys.NodeAssignment("a"), Encoding.UTF8.GetString(ModelJson.Write(node)), 5);
        _state.Nodes["a"].Live.Should().Be(node);
        _changes.Should().Be(1);
        Put(_keys.NodeAssignment("a"), Encoding.UTF8.GetString(ModelJson.Write(node with { Lost = true })), 6);
        _state.Nodes["a"].Live.Should().BeNull();
        _state.Nodes["a"].Assignment.Value!.Generation.Should().Be(3, "the next one takes the next");
    }

    private void Put(string key, string value, long mod, long? create = null) =>
        _state.Apply(key, Encoding.UTF8.GetBytes(value), create ?? mod, mod);

    private void Delete(string key, long revision) => _state.Apply(key, null, 0, revision);
}
