using FsCheck;
using FsCheck.Fluent;
using Mesos.Json;
using Mesos.Resources;
using Mesos.V1;
using Mesos.V1.Scheduler;

namespace Mesos.Tests;

public class ResourceBagTests
{
    private static readonly ResourceBag Machine = ResourceText.Parse("cpus:8;mem:4096;disk:10000;ports:[31000-32000]");

    [Fact]
    public void What_is_added_can_be_subtracted_again()
    {
        var bags = Gen.Elements("cpus:0.1", "cpus(web):1.003", "mem:512", "ports:[31000-31009]", "ports(web):[80-80, 443-443]", "disks:{a,b}", "cpus:2.25;mem:1")
            .ListOf().Select(parts => ResourceText.Parse(string.Join(';', parts)));
        Prop.ForAll(bags.Two().ToArbitrary(), pair =>
        {
            var (a, b) = pair;
            var sum = a + b;
            sum.Contains(a).Should().BeTrue();
            sum.Contains(b).Should().BeTrue();
            (b + a).Should().Be(sum);
            (sum - sum).IsEmpty.Should().BeTrue();
            ((sum - a) + a).Should().Be(sum);
            ResourceBag.FromProto(sum.ToProto()).Should().Be(sum);
            ResourceBag.FromProto(sum.ToProto().Reverse()).Should().Be(sum, "order does not matter");
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tenths_add_up_as_in_Mesos()
    {
        var sum = Enumerable.Repeat(ResourceBag.Scalar("cpus", 0.1), 10).Aggregate(ResourceBag.Empty, (all, one) => all + one);
        sum.Cpus.Should().Be(1);
        (sum - ResourceBag.Scalar("cpus", 1)).IsEmpty.Should().BeTrue();
        ResourceBag.Scalar("cpus", 0.0004).IsEmpty.Should().BeTrue("Mesos knows thousandths only");
        ResourceBag.Scalar("cpus", 0.0005).Cpus.Should().Be(0.001);
    }

    [Fact]
    public void Kinds_do_not_stand_in_for_each_other()
    {
        var reserved = ResourceText.Parse("cpus(web):4");
        Machine.Contains(reserved).Should().BeFalse();
        Machine.Contains(Machine.AllocatedTo("web")).Should().BeFalse();
        (Machine + reserved).Cpus.Should().Be(12);
        FluentActions.Invoking(() => Machine - reserved).Should().Throw<ArgumentException>().WithMessage("cpus(web):4 is not contained*");
        FluentActions.Invoking(() => Machine - ResourceText.Parse("ports:[31999-32001]")).Should().Throw<ArgumentException>();
        Machine.AllocatedTo("web").Unallocated().Should().Be(Machine);
    }

    [Fact]
    public void A_launch_is_taken_out_of_a_recorded_offer_with_its_role()
    {
        var offer = Offers("a-subscribe/01-sched-subscribe.events.recordio.json").First();
        var offered = ResourceBag.FromProto(offer.Resources);
        var task = offered.Take("cpus", 0.5)! + offered.Take("mem", 128)! + offered.Take("ports", RangeSet.Of(31_500))!;
        task.ToProto().Should().HaveCount(3).And.OnlyContain(resource => resource.AllocationInfo.Role == "reconciler");
        var left = offered - task;
        left.Cpus.Should().Be(offered.Cpus - 0.5);
        left.Ports.Contains(31_500).Should().BeFalse();
        left.Ports.Count.Should().Be(1000);
        left.Take("cpus", offered.Cpus).Should().BeNull();
        left.Take("ports", RangeSet.Of(31_500)).Should().BeNull();
        left.Take("gpus", 1).Should().BeNull();
    }

    [Fact]
    public void Reserved_resources_are_taken_before_the_others_and_special_ones_never()
    {
        var reserved = ResourceText.Parse("cpus(web):1");
        var revocable = ResourceBag.FromProto([new Resource
        {
            Name = "cpus",
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = 100 },
            Revocable = new Resource.Types.RevocableInfo(),
        }]);
        var offered = Machine + reserved + revocable;
        offered.Take("cpus", 0.5).Should().Be(ResourceText.Parse("cpus(web):0.5"));
        offered.Take("cpus", 3).Should().Be(ResourceText.Parse("cpus(web):1;cpus:2"));
        offered.Take("cpus", 9.001).Should().BeNull();
        offered.Where(resource => resource.Revocable is not null).Should().Be(revocable);
        offered.Contains(revocable).Should().BeTrue();
    }

    [Fact]
    public void Every_recorded_offer_survives_a_round_trip()
    {
        var offers = Transcript.All(".events.recordio.json").Where(path => path.Contains("sched", StringComparison.Ordinal)).SelectMany(Offers).ToList();
        offers.Should().HaveCountGreaterThan(50);
        foreach (var offer in offers)
        {
            var bag = ResourceBag.FromProto(offer.Resources);
            bag.ToProto().ToHashSet().SetEquals(offer.Resources).Should().BeTrue();
        }
    }

    [Fact]
    public void Fields_that_are_not_known_here_keep_kinds_apart_and_survive()
    {
        // disk.source (field 3 of DiskInfo): a mount disk, which must not be mixed with the root disk.
        byte[] wire = [0x0a, 4, (byte)'d', (byte)'i', (byte)'s', (byte)'k', 0x10, 0, 0x1a, 9, 9, 0, 0, 0, 0, 0, 0, 0x59, 0x40, 0x3a, 4, 0x1a, 2, 8, 2];
        var mount = Resource.Parser.ParseFrom(wire);
        mount.Scalar.Value.Should().Be(100);
        var bag = Machine + ResourceBag.FromProto([mount]);
        bag.Disk.Should().Be(10_100);
        bag.Take("disk", 10_001).Should().BeNull();
        bag.ToProto().Should().Contain(mount);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Senseless_amounts_are_refused(double amount)
    {
        FluentActions.Invoking(() => ResourceBag.Scalar("cpus", amount)).Should().Throw<ArgumentException>().WithMessage("cpus*");
        FluentActions.Invoking(() => Machine.Take("cpus", amount)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_resource_without_a_value_is_refused() => FluentActions
        .Invoking(() => ResourceBag.FromProto([new Resource { Name = "cpus", Type = Value.Types.Type.Scalar }])).Should().Throw<ArgumentException>().WithMessage("*cpus*");

    [Fact]
    public void The_messages_given_and_got_are_not_shared()
    {
        var given = new Resource { Name = "cpus", Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = 1 } };
        var bag = ResourceBag.FromProto([given]);
        given.Scalar.Value = 5;
        given.Name = "mem";
        bag.ToProto()[0].Name = "disk";
        bag.Where(resource => (resource.Name = "gpus").Length > 0).ToString().Should().Be("cpus:1");
        bag.ToString().Should().Be("cpus:1");
    }

    [Theory]
    [InlineData("cpus:8;mem:4096;disk:10000;ports:[31000-32000]", "cpus:8; disk:10000; mem:4096; ports:[31000-32000]")]
    [InlineData(" cpus : 0.25 ; cpus(*):1 ; cpus(web):2;;", "cpus:1.25; cpus(web):2")]
    [InlineData("ports:[1-2,4-5, 3-3];set:{b, a}", "ports:[1-5]; set:{a, b}")]
    [InlineData("", "")]
    public void The_flags_text_is_read(string text, string read) => ResourceText.Parse(text).ToString().Should().Be(read);

    [Theory]
    [InlineData("cpus")]
    [InlineData("cpus:")]
    [InlineData(":8")]
    [InlineData("cpus:-1")]
    [InlineData("cpus:1e3")]
    [InlineData("cpus(web:1")]
    [InlineData("cpus():1")]
    [InlineData("ports:[2-1]")]
    [InlineData("ports:[1]")]
    [InlineData("ports:[a-b]")]
    public void Faults_of_the_flags_text_are_named(string text) =>
        FluentActions.Invoking(() => ResourceText.Parse("mem:1;" + text)).Should().Throw<FormatException>().WithMessage($"`{text}`*");

    private static IEnumerable<Offer> Offers(string path) => Transcript.Records(path).Select(record => MesosJson.Parse<Event>(record))
        .Where(received => received.Type == Event.Types.Type.Offers).SelectMany(received => received.Offers.Offers_);
}
