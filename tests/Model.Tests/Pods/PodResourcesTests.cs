using Model.Pods;

namespace Model.Tests.Pods;

public sealed class PodResourcesTests
{
    private static readonly Container Bare = new() { Name = "a", Image = "x" };

    [Fact]
    public void A_container_that_names_nothing_costs_the_defaults()
    {
        PodResources.CpuRequestMilli(Bare).Should().Be(100);
        PodResources.MemoryLimitBytes(Bare).Should().Be(128 << 20);
        PodResources.CpuLimitMilli(Bare).Should().BeNull();
    }

    [Fact]
    public void The_limit_is_asked_for_where_both_are_given_and_the_request_where_it_stands_alone()
    {
        PodResources.MemoryLimitBytes(With(request: "64Mi", limit: "96Mi")).Should().Be(96 << 20);
        PodResources.MemoryLimitBytes(With(request: "64Mi", limit: null)).Should().Be(64 << 20);
    }

    [Fact]
    public void Only_a_pod_of_several_containers_pays_for_a_sandbox()
    {
        PodResources.MemoryBytes(new PodSpec { Containers = [Bare] }).Should().Be(128 << 20);
        PodResources.MemoryBytes(new PodSpec { Containers = [Bare, Bare] }).Should().Be((256 << 20) + PodResources.SandboxMemoryBytes);
    }

    [Fact]
    public void A_hundred_of_the_largest_containers_can_still_be_summed_up()
    {
        var largest = With(request: null, limit: "1Pi");

        PodResources.MemoryBytes(new PodSpec { Containers = [.. Enumerable.Repeat(largest, 100)] }).Should().BePositive();
    }

    private static Container With(string? request, string? limit) => Bare with
    {
        Resources = new ResourceRequirements
        {
            Requests = new ResourceList { Memory = request is null ? null : Quantity.Parse(request) },
            Limits = new ResourceList { Memory = limit is null ? null : Quantity.Parse(limit) },
        },
    };
}
