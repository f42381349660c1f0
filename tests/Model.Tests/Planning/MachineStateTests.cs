using Model.Planning;
using static Model.Tests.Planning.Samples;

namespace Model.Tests.Planning;

public sealed class MachineStateTests
{
    [Theory]
    [InlineData(10, "11-20")]
    [InlineData(20, "10-19")]
    [InlineData(15, "10-14 16-20")]
    public void Taking_a_port_leaves_the_rest(int port, string left)
    {
        var state = new MachineState(Machine("a", ports: (10, 20)));
        state.TakePort(port);
        state.FreePortCount.Should().Be(10);
        state.HasPort(port).Should().BeFalse();
        Enumerable.Range(10, 11).Where(p => p != port).Should().OnlyContain(p => state.HasPort(p), left);
    }

    [Fact]
    public void Every_start_gives_a_free_port_until_none_is_left()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var state = new MachineState(Machine("a", ports: [(10, 14), (20, 20), (65530, 65535)]));
            var taken = new List<int>();
            while (state.FreePortCount > 0)
                taken.Add(state.TakeAnyPort((uint)random.NextInt64(0, 1L + uint.MaxValue)));
            taken.Order().Should().Equal([10, 11, 12, 13, 14, 20, 65530, 65531, 65532, 65533, 65534, 65535], "SEED={0}", seed);
        }
    }

    [Fact]
    public void What_is_not_free_cannot_be_taken()
    {
        var state = new MachineState(Machine("a", ports: (10, 10)));
        state.Invoking(s => s.TakePort(11)).Should().Throw<InvalidOperationException>();
        state.TakePort(10);
        state.Invoking(s => s.TakePort(10)).Should().Throw<InvalidOperationException>();
        state.Invoking(s => s.TakeAnyPort(uint.MaxValue)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void A_machine_whose_state_is_used_up_is_itself_unchanged()
    {
        var machine = Machine("a", cpuMilli: 1000, ports: (10, 12));
        var state = new MachineState(machine);
        state.Take(300, 100);
        state.TakePort(11);
        machine.Ports.Should().Equal(new PortRange(10, 12));
        (state.CpuMilli, machine.CpuMilli).Should().Be((700, 1000));
    }
}
