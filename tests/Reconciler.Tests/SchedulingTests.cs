using Mesos.Resources;
using Mesos.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Pods;
using Model.Status;
using Reconciler.Control;
using Reconciler.Controllers;
using Reconciler.Scheduling;
using Reconciler.State;
using Testing;

namespace Reconciler.Tests;

/// <summary>Offers, machines and pods: what is used of them, and what never is.</summary>
public sealed class SchedulingTests
{
    private const string Role = "reconciler";
    private readonly ManualTimeProvider _clock = new();
    private readonly ClusterState _state = new(new KeyLayout());
    private readonly AgentExecutor _executor = new(new AgentSource { Path = "/bin/agent" }, "/reconciler", Role);
    private readonly NodeController _nodes;
    private readonly Matching _matching;

    public SchedulingTests()
    {
        _nodes = new NodeController(
            _state, new KeyLayout(), _executor, new PendingPods(_clock), new Reconciliation(_clock, new Random(1)), _clock, NullLogger.Instance);
        _matching = new Matching(_executor, _nodes);
    }

    [Fact]
    public void A_machine_without_a_node_task_pays_for_the_executor_and_for_that()
    {
        var plan = _matching.Prepare([Offer("cpus:1;mem:1000")]).Single();
        plan.NewNode!.Generation.Should().Be(1);
        plan.ExecutorId.Should().Be(plan.NewNode.ExecutorId).And.Be(_executor.IdOf(1));
        (plan.Free.Cpus, plan.Free.Mem).Should().Be((1 - 0.1 - LaunchTasks.NodeTaskCpus, 1000 - 192 - LaunchTasks.NodeTaskMegabytes));
    }

    [Fact]
    public void An_executor_that_runs_is_not_paid_for_again_and_one_that_has_not_started_is()
    {
        var executor = Placed(generation: 1);
        _matching.Prepare([Offer("cpus:1;mem:1000", executor)]).Single().Free.Mem.Should().Be(1000);
        _matching.Prepare([Offer("cpus:1;mem:1000", "another")]).Single().Free.Mem.Should().Be(1000 - 192);
    }

    [Fact]
    public void After_an_executor_was_lost_the_next_generation_is_placed()
    {
        Placed(generation: 3, lost: true);
        _matching.Prepare([Offer("cpus:1;mem:1000")]).Single().ExecutorId.Should().Be(_executor.IdOf(4));
    }

    [Fact]
    public void While_its_last_one_has_just_failed_a_machine_is_left_alone()
    {
        Placed(generation: 1, lost: true);
        _state.Nodes["agent-1"].NotBefore = _clock.GetUtcNow().AddSeconds(1);
        _matching.Prepare([Offer("cpus:1;mem:1000")]).Should().BeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _matching.Prepare([Offer("cpus:1;mem:1000")]).Should().ContainSingle();
    }

    [Theory]
    [InlineData("cpus:0.09;mem:1000")]
    [InlineData("cpus:1;mem:191")]
    [InlineData("cpus:0.1;mem:1000")]
    [InlineData("cpus:1;mem:199")]
    [InlineData("ports:[1-2]")]
    public void A_machine_too_small_for_the_executor_and_the_node_task_is_left_out(string resources) =>
        _matching.Prepare([Offer(resources)]).Should().BeEmpty();

    [Fact]
    public void What_may_be_taken_away_is_not_used()
    {
        var offer = Offer("cpus:1;mem:1000");
        var revocable = ResourceText.Parse("cpus:100;mem:9000").AllocatedTo(Role).ToProto();
        foreach (var resource in revocable)
            resource.Revocable = new Resource.Types.RevocableInfo();
        offer = offer with { Resources = offer.Resources + ResourceBag.FromProto(revocable) };
        _matching.Prepare([offer]).Single().Free.Cpus.Should().BeLessThan(1);
    }

    [Fact]
    public void Pods_get_resources_as_they_were_offered_with_role_and_reservation()
    {
        var free = (ResourceText.Parse("cpus(reconciler):1;mem:1000;ports:[100-200]").AllocatedTo(Role));
        var taken = Matching.Take(free, Assigned(cpuMilli: 500, memoryBytes: 100 << 20, 150))!;
        taken.ToProto().Should().OnlyContain(r => r.AllocationInfo.Role == Role);
        taken.ToProto().Single(r => r.Name == "cpus").Reservations.Should().ContainSingle();
        (taken.Cpus, taken.Mem, taken.Ports.ToString()).Should().Be((0.5, 100, "[150-150]"));
        free.Contains(taken).Should().BeTrue();
        Matching.Take(free, Assigned(500, 100 << 20, 99)).Should().BeNull();
        Matching.Take(free, Assigned(1001, 100 << 20)).Should().BeNull();
    }

    [Fact]
    public void What_is_planned_can_always_be_taken()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var offer = Offer(FormattableString.Invariant(
                $"cpus:{random.Next(200, 9000) / 1000d};mem:{random.Next(300_000, 3_000_000) / 1000d};ports:[{1000}-{1000 + random.Next(40)}]"));
            var plan = _matching.Prepare([offer]).SingleOrDefault();
            if (plan is null)
                continue;
            var pods = Enumerable.Range(0, 30).Select(i => Pending(i, random)).ToList();
            var free = plan.Free;
            foreach (var placed in Matching.Match([plan], pods).OfType<PlacementResult.Placed>())
            {
                var assignment = Launching.Assign(placed, View(placed.Pod.Spec), 1, "h", "h", "e", _clock.GetUtcNow());
                var taken = Matching.Take(free, assignment);
                taken.Should().NotBeNull("the plan fits what was offered (SEED={0})", seed);
                free -= taken!;
            }
        }
    }

    [Fact]
    public void Offers_of_one_agent_are_one_and_are_gone_when_taken()
    {
        var book = new OfferBook();
        book.Add([Proto("o1", "cpus:1;ports:[1-2]"), Proto("o2", "cpus:2;mem:5"), Proto("o3", "cpus:9", "agent-2"), Proto("o4", "cpus:100")]);
        book.Rescind("o4");
        book.Rescind("unknown");
        book.Add([Proto("o1", "cpus:1;ports:[1-2]")]);
        var taken = book.TakeAll();
        taken.Select(o => o.AgentId).Should().Equal("agent-1", "agent-2");
        taken[0].OfferIds.Should().Equal("o1", "o2");
        (taken[0].Resources.Cpus, taken[0].Resources.Mem).Should().Be((3, 5));
        taken[0].HostIP.Should().Be("host-1", "the offer says no address");
        (book.IsEmpty, book.TakeAll().Count).Should().Be((true, 0));
    }

    [Fact]
    public void The_executor_is_the_same_to_the_byte_for_the_same_settings_and_another_for_any_other()
    {
        var source = new AgentSource { Uri = "http://h/agent/1", Sha256 = "aa", EtcdEndpoint = "http://e:1" };
        AgentExecutor Of(AgentSource from, string prefix = "/p", string role = Role) => new(from, prefix, role);
        byte[] Bytes(AgentExecutor executor) => Google.Protobuf.MessageExtensions.ToByteArray(executor.Info(executor.IdOf(1), "fw"));
        Bytes(Of(source)).Should().Equal(Bytes(Of(source with { })));
        AgentExecutor[] others =
        [
            Of(source), Of(source with { Sha256 = "bb" }), Of(source with { Uri = "http://i/agent/1" }), Of(source with { EtcdEndpoint = null }),
            Of(source with { MemoryMegabytes = 200 }), Of(source with { Cpus = 0.2 }), Of(source with { StateDirectory = "/x" }),
            Of(source with { ShutdownGracePeriod = TimeSpan.FromSeconds(1) }), Of(source, "/q"), Of(source, role: "other"),
        ];
        others.Select(o => o.IdOf(1)).Should().OnlyHaveUniqueItems("Mesos refuses two contents under one id");
        Of(source).IdOf(1).Should().NotBe(Of(source).IdOf(2));
        Of(source).Info("x", "fw").Command.Value.Should().Contain("sha256sum --check").And.Contain("aa");
    }

    [Fact]
    public void Every_word_is_as_mesos_spells_it()
    {
        AssertSpelling(Enum.GetValues<TaskState>(), MesosWords.Of);
        AssertSpelling(Enum.GetValues<Mesos.V1.TaskStatus.Types.Reason>(), MesosWords.Of);
        AssertSpelling(Enum.GetValues<Mesos.V1.TaskStatus.Types.Source>(), MesosWords.Of);
    }

    private static void AssertSpelling<T>(IEnumerable<T> values, Func<T, string> spelt)
        where T : struct, Enum
    {
        foreach (var value in values)
        {
            var original = typeof(T).GetField(value.ToString())!.GetCustomAttributes(typeof(Google.Protobuf.Reflection.OriginalNameAttribute), false)
                .Cast<Google.Protobuf.Reflection.OriginalNameAttribute>().Single().Name;
            spelt(value).Should().Be(original);
        }
    }

    private string Placed(int generation, bool lost = false)
    {
        var node = new NodeAssignment
        {
            AgentId = "agent-1",
            Hostname = "host-1",
            Generation = generation,
            ExecutorId = _executor.IdOf(generation),
            TaskId = TaskIds.OfNode("agent-1", generation),
            CreatedAt = _clock.GetUtcNow(),
            Lost = lost,
        };
        _state.Node("agent-1").Assignment.Update(node, 5);
        return node.ExecutorId;
    }

    private static AgentOffer Offer(string resources, params string[] executors) => new()
    {
        AgentId = "agent-1",
        Hostname = "host-1",
        HostIP = "10.0.0.1",
        OfferIds = [],
        Resources = ResourceText.Parse(resources).AllocatedTo(Role),
        ExecutorIds = executors.ToHashSet(),
    };

    private static Offer Proto(string id, string resources, string agent = "agent-1")
    {
        var offer = new Offer { Id = new OfferID { Value = id }, AgentId = new AgentID { Value = agent }, Hostname = "host-1" };
        offer.Resources.AddRange(ResourceText.Parse(resources).ToProto());
        return offer;
    }

    private static SpecView View(PodSpec spec) => new()
    {
        CreateRevision = 1,
        ModRevision = 1,
        Hash = "h",
        Pod = new Pod { Metadata = new ObjectMeta { Namespace = "default", Name = "p" }, Spec = spec },
    };

    private static PendingPod Pending(int i, Random random)
    {
        var key = new PodKey("default", $"p{i}");
        var container = new Container
        {
            Name = "c",
            Image = "i",
            Resources = new() { Requests = new() { Cpu = Model.Pods.Quantity.OfMilli(random.Next(1, 400)), Memory = Model.Pods.Quantity.OfBytes(random.Next(6 << 20, 200_000_000)) } },
            Ports = [.. Enumerable.Range(0, random.Next(3)).Select(p => new ContainerPort { Port = 80 + p, HostPort = random.Next(3) == 0 ? 1000 + random.Next(40) : 0 })],
        };
        return new PendingPod(key, TaskIds.Uid(key, i, 1), new PodSpec { Containers = [container] }, i);
    }

    private Assignment Assigned(long cpuMilli, long memoryBytes, params int[] ports) => new()
    {
        Namespace = "default",
        Name = "p",
        Uid = "0123456789ab",
        Attempt = 1,
        SpecCreateRevision = 1,
        SpecRevision = 1,
        SpecHash = "h",
        Spec = new PodSpec { Containers = [] },
        AgentId = "agent-1",
        Hostname = "host-1",
        HostIP = "10.0.0.1",
        ExecutorId = "e",
        Ports = [.. ports.Select(p => new PortStatus { Container = "c", ContainerPort = 80, HostPort = p })],
        CpuMilli = cpuMilli,
        MemoryBytes = memoryBytes,
        CreatedAt = _clock.GetUtcNow(),
    };
}
