using Docker;
using Model.Assignments;
using Model.Pods;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests.RealDocker;

public sealed class OrphanSweepTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    [Fact]
    public async Task Only_what_dead_runs_of_ours_left_on_this_machine_is_removed()
    {
        Dictionary<string, string> made = [];
        var agent = AgentUnderTest.Start(docker.Engine, agent =>
        {
            agent.Locks.Alive.Add("alive");
            made["dead"] = Make(agent, "dead", agent.Framework, agent.Locks.HostId, start: true);
            made["dead-stopped"] = Make(agent, "dead", agent.Framework, agent.Locks.HostId, start: false);
            made["alive"] = Make(agent, "alive", agent.Framework, agent.Locks.HostId, start: true);
            made["other-host"] = Make(agent, "dead", agent.Framework, "another-host", start: true);
            made["other-framework"] = Make(agent, "dead", agent.Framework + "-other", agent.Locks.HostId, start: true);
        });
        try
        {
            var pod = agent.Launch(TestPods.Pod("after-sweep", new PodSpec
            {
                Containers = [TestPods.Shell("main", docker.Image, "exec sleep 1000")], TerminationGracePeriodSeconds = 0,
            }));
            await agent.RunningAsync(pod);

            (await StillThereAsync(made)).Should().BeEquivalentTo("alive", "other-host", "other-framework");
            await Eventually.TrueAsync("the sweep is told", () => agent.Etcd.Get(TestPods.Keys.Swept(FakeMesosAgent.AgentId, "dead")) is not null);
            agent.Etcd.Get(TestPods.Keys.Swept(FakeMesosAgent.AgentId, "alive")).Should().BeNull();
        }
        finally
        {
            await agent.DisposeAsync();
            foreach (var id in made.Values)
                await docker.Engine.RemoveContainerAsync(id, force: true);
        }
    }

    [Fact]
    public async Task What_was_just_made_is_left_for_a_later_look()
    {
        var orphan = "";
        var agent = AgentUnderTest.Start(
            docker.Engine, agent => orphan = Make(agent, "dead", agent.Framework, agent.Locks.HostId, start: true), orphanGrace: TimeSpan.FromSeconds(4));
        try
        {
            var pod = agent.Launch(TestPods.Pod("beside-orphan", new PodSpec
            {
                Containers = [TestPods.Shell("main", docker.Image, "exec sleep 1000")], TerminationGracePeriodSeconds = 0,
            }));
            await agent.RunningAsync(pod);
            await Eventually.TrueAsync("the orphan is gone", async () => await docker.Engine.InspectContainerAsync(orphan) is null);
        }
        finally
        {
            await agent.DisposeAsync();
            await docker.Engine.RemoveContainerAsync(orphan, force: true);
        }
    }

    private async Task<List<string>> StillThereAsync(Dictionary<string, string> made)
    {
        var there = new List<string>();
        foreach (var (name, id) in made)
        {
            if (await docker.Engine.InspectContainerAsync(id) is not null)
                there.Add(name);
        }
        return there;
    }

    private string Make(AgentUnderTest agent, string run, string framework, string host, bool start) => Task.Run(async () =>
    {
        var id = await docker.Engine.CreateContainerAsync($"orphan-{agent.Id}-{Guid.NewGuid():N}", new ContainerConfig
        {
            Image = docker.Image,
            Command = ["sleep", "1000"],
            Labels = new Dictionary<string, string>
            {
                [ContainerLabels.FrameworkId] = framework, [ContainerLabels.HostId] = host, [ContainerLabels.Run] = run,
                [ContainerLabels.AgentId] = FakeMesosAgent.AgentId, [ContainerLabels.Uid] = "some-uid",
            },
        });
        if (start)
            await docker.Engine.StartContainerAsync(id);
        return id;
    }).GetAwaiter().GetResult();
}
