using Model.Planning;
using Model.Pods;
using Model.Status;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

public sealed class PlacementTests
{
    [Fact]
    public void Nothing_is_ever_overbooked()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var machines = Enumerable.Range(0, random.Next(1, 5)).Select(i => RandomMachine(random, i)).ToList();
            var pods = Enumerable.Range(0, random.Next(1, 30)).Select(i => RandomPod(random, i)).ToList();
            var results = Placement.Place(pods, machines);

            (results.Count, results.Select(r => r.Pod.Key).ToHashSet().SetEquals(pods.Select(p => p.Key))).Should().Be((pods.Count, true), "each pod has one answer (SEED={0})", seed);
            foreach (var machine in machines)
            {
                var there = results.OfType<PlacementResult.Placed>().Where(p => p.AgentId == machine.AgentId).ToList();
                there.Sum(p => PodDemand.CpuMilli(p.Pod.Spec)).Should().BeLessThanOrEqualTo(machine.CpuMilli, "SEED={0}", seed);
                there.Sum(p => PodDemand.MemoryBytes(p.Pod.Spec)).Should().BeLessThanOrEqualTo(machine.MemoryBytes, "SEED={0}", seed);
                var ports = there.SelectMany(p => p.Ports).Select(p => p.HostPort).ToList();
                ports.Should().OnlyHaveUniqueItems("SEED={0}", seed);
                ports.Where(port => !machine.Ports.Any(range => range.Contains(port))).Should().BeEmpty("SEED={0}", seed);
            }
            AssertPortsAnswerTheSpecs(results, seed);
            AssertNoPodIsLeftOutWithoutNeed(results, machines, seed);
        }
    }

    [Fact]
    public void The_same_input_gives_the_same_result_in_whatever_order_it_comes()
    {
        var random = new Random(5);
        var machines = Enumerable.Range(0, 4).Select(i => RandomMachine(random, i)).ToList();
        var pods = Enumerable.Range(0, 25).Select(i => RandomPod(random, i)).ToList();
        var first = Told(Placement.Place(pods, machines));
        Told(Placement.Place([.. pods.AsEnumerable().Reverse()], [.. machines.AsEnumerable().Reverse()])).Should().Equal(first);
    }

    [Fact]
    public void Pods_spread_over_equal_machines()
    {
        var pods = Enumerable.Range(0, 9).Select(i => Pending($"p{i}", PodWith(), createRevision: i)).ToList();
        Placement.Place(pods, [Machine("a"), Machine("b"), Machine("c")]).Cast<PlacementResult.Placed>()
            .CountBy(p => p.AgentId).Should().OnlyContain(count => count.Value == 3);
    }

    [Fact]
    public void The_oldest_spec_comes_first_where_there_is_room_for_one()
    {
        var results = Placement.Place(
            [Pending("young", PodWith(cpuMilli: 900), createRevision: 9), Pending("old", PodWith(cpuMilli: 900), createRevision: 3)],
            [Machine("a", cpuMilli: 1000)]);
        results[0].Should().BeOfType<PlacementResult.Placed>().Which.Pod.Key.Name.Should().Be("old");
        results[1].Should().BeOfType<PlacementResult.Unplaced>().Which.Pod.Key.Name.Should().Be("young");
    }

    [Fact]
    public void A_fixed_port_is_given_once_a_machine_and_never_as_a_dynamic_one()
    {
        var results = Placement.Place(
            [
                Pending("one", PodWith(fixedPorts: [31000], anyPorts: 1), 1),
                Pending("two", PodWith(fixedPorts: [31000]), 2),
                Pending("three", PodWith(fixedPorts: [31000]), 3),
            ],
            [Machine("a", ports: (31000, 31001)), Machine("b", ports: (31000, 31000))]);
        results.OfType<PlacementResult.Placed>().Select(p => p.Pod.Key.Name).Should().Equal("one", "two");
        ((PlacementResult.Placed)results[0]).Ports.Select(p => p.HostPort).Should().Equal(31001, 31000);
    }

    [Fact]
    public void The_next_incarnation_gets_other_ports_than_the_last()
    {
        var spec = PodWith(anyPorts: 1);
        var key = new Model.Keys.PodKey("default", "web");
        var ports = Enumerable.Range(1, 10).Select(attempt =>
        {
            var pod = new PendingPod(key, Model.Assignments.TaskIds.Uid(key, 1, attempt), spec, 1);
            return ((PlacementResult.Placed)Placement.Place([pod], [Machine("a", ports: (31000, 32000))])[0]).Ports[0].HostPort;
        }).ToList();
        ports.Zip(ports.Skip(1)).Should().OnlyContain(pair => pair.First != pair.Second, "late clients of the old pod would reach the new one");
    }

    [Fact]
    public void Explanations_are_as_in_the_golden_file()
    {
        var small = Machine("small", cpuMilli: 500, memoryBytes: 256L << 20, ports: (31000, 31000));
        var large = Machine("large", cpuMilli: 8000, memoryBytes: 1L << 30);
        (string, PodSpec, Machine[])[] cases =
        [
            ("nobody offers", PodWith(), []),
            ("cpus", PodWith(cpuMilli: 8500), [small, large]),
            ("memory", PodWith(memoryBytes: (2L << 30) + 1), [small, large]),
            ("a host port that the machine with the cpus has not", PodWith(cpuMilli: 600, fixedPorts: [31000]), [small, large]),
            ("two host ports", PodWith(fixedPorts: [80, 443]), [small]),
            ("ports", PodWith(anyPorts: 2), [small, large]),
            ("fixed and dynamic ports together", PodWith(anyPorts: 1, fixedPorts: [31000]), [small]),
            ("everything", PodWith(cpuMilli: 64_000, memoryBytes: 1L << 40, anyPorts: 3, fixedPorts: [8080]), [small, large]),
        ];
        var lines = cases.Select(c => $"{c.Item1}: {((PlacementResult.Unplaced)Placement.Place([Pending("p", c.Item2)], c.Item3)[0]).Why}\n");
        Golden.Check("Planning/explanations.golden.txt", string.Concat(lines));
    }

    [Fact]
    public void A_check_that_fails_has_an_explanation_of_its_own()
    {
        var machine = new MachineState(Machine("tiny", cpuMilli: 0, memoryBytes: 0));
        var greedy = PodWith(anyPorts: 1, fixedPorts: [80]);
        PlacementChecks.All.Should().OnlyContain(check => !check.Check(greedy, machine));
        PlacementChecks.All.Select(check => check.Explain(greedy, machine)).Should().OnlyHaveUniqueItems();
        PlacementChecks.All.Select(check => check.Name).Should().OnlyHaveUniqueItems();
    }

    private static void AssertPortsAnswerTheSpecs(IEnumerable<PlacementResult> results, int seed)
    {
        foreach (var placed in results.OfType<PlacementResult.Placed>())
        {
            var asked = placed.Pod.Spec.Containers.SelectMany(c => c.Ports).ToList();
            placed.Ports.Select(p => p.ContainerPort).Should().Equal(asked.Select(p => p.Port), "SEED={0}", seed);
            placed.Ports.Zip(asked).Where(pair => pair.Second.HostPort != 0 && pair.First.HostPort != pair.Second.HostPort).Should().BeEmpty("SEED={0}", seed);
        }
    }

    /// <summary>No more than what is left at the end was there when a pod was left out: if it fits now, it did then.</summary>
    private static void AssertNoPodIsLeftOutWithoutNeed(IReadOnlyList<PlacementResult> results, List<Machine> machines, int seed)
    {
        var states = machines.Select(m => new MachineState(m)).ToDictionary(m => m.Machine.AgentId);
        foreach (var placed in results.OfType<PlacementResult.Placed>())
        {
            states[placed.AgentId].Take(PodDemand.CpuMilli(placed.Pod.Spec), PodDemand.MemoryBytes(placed.Pod.Spec));
            foreach (var port in placed.Ports)
                states[placed.AgentId].TakePort(port.HostPort);
        }
        foreach (var unplaced in results.OfType<PlacementResult.Unplaced>())
            states.Values.Any(m => PlacementChecks.All.All(check => check.Check(unplaced.Pod.Spec, m))).Should().BeFalse("SEED={0}", seed);
    }

    private static List<string> Told(IEnumerable<PlacementResult> results) =>
        [.. results.Select(r => r switch
        {
            PlacementResult.Placed placed => $"{placed.Pod.Key} {placed.AgentId} {string.Join(',', placed.Ports.Select(p => p.HostPort))}",
            PlacementResult.Unplaced unplaced => $"{unplaced.Pod.Key} {unplaced.Why}",
            _ => throw new InvalidOperationException(r.GetType().Name),
        })];

    private static Machine RandomMachine(Random random, int i)
    {
        var begin = random.Next(1000, 1010);
        return Machine(
            $"m{i}", random.Next(0, 3000), (long)random.Next(0, 2048) << 20, (begin, begin + random.Next(0, 6)), (begin + 8, begin + 8 + random.Next(0, 4)));
    }

    private static PendingPod RandomPod(Random random, int i) => Pending(
        $"p{i}",
        PodWith(
            random.Next(1, 900), random.Next(1, 300_000_000), random.Next(0, 3),
            random.Next(4) == 0 ? [random.Next(1000, 1012)] : null),
        random.Next(1, 8));
}
