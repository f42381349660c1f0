using Docker;
using Simulation.Engine;
using Simulation.World;
using Testing;

namespace Simulation.Conformance;

/// <summary>One story of a container, told by a real Engine and by the model: what a caller sees must be the same.</summary>
public sealed class DockerConformanceTests
{
    private static readonly string[] Runs = ["sleep", "1000"];
    private static readonly string[] ExitsWithThree = ["sh", "-c", "exit 3"];

    [Fact]
    public async Task The_model_tells_the_same_story()
    {
        await using var engine = await DockerDaemon.ConnectAsync();
        var image = await BusyboxImage.EnsureAsync(engine);
        var run = Guid.NewGuid().ToString("N");
        var inReality = await StoryAsync(engine, image, run, Runs, ExitsWithThree);

        var world = new SimWorld(1);
        var model = new DockerModel(world, "docker");
        model.AddImage(image);
        var process = new SimProcess(world, "test");
        List<string> inModel = [];
        process.Start(async () =>
        {
            inModel = await StoryAsync(new SimDocker(model, process), image, run, ["run"], ["exit", "3", "0"]);
            return "0";
        });
        world.RunUntil(() => !process.IsAlive, TimeSpan.FromMinutes(5)).Should().BeTrue("the story ends");
        process.Failure.Should().BeNull();

        inModel.Should().Equal(inReality);
    }

    private static async Task<List<string>> StoryAsync(
        IDockerEngine docker, string image, string run, string[] runs, string[] exits)
    {
        var story = new List<string>();
        var labels = new Dictionary<string, string> { ["reconciler.test"] = run };
        string[] ours = [$"reconciler.test={run}"];
        ContainerConfig Config(string[] command) => new() { Image = image, Command = command, Labels = labels, NetworkMode = "none" };

        string first = "", second = "";
        try
        {
            await TryAsync("create without its image", () => docker.CreateContainerAsync($"{run}-x", Config(runs) with { Image = "no-such-image:1" }));
            await TryAsync("create", async () => first = await docker.CreateContainerAsync($"{run}-a", Config(runs)));
            await TryAsync("create the name again", () => docker.CreateContainerAsync($"{run}-a", Config(runs)));
            await LookAsync(first);
            await TryAsync("start", () => docker.StartContainerAsync(first));
            await TryAsync("start again", () => docker.StartContainerAsync(first));
            await LookAsync($"{run}-a");
            await TryAsync("remove what runs", () => docker.RemoveContainerAsync(first, force: false));
            await TryAsync("kill", () => docker.KillContainerAsync(first));
            await TryAsync("wait", async () => story.Add($"exit code {await docker.WaitContainerAsync(first)}"));
            await TryAsync("kill again", () => docker.KillContainerAsync(first));
            await TryAsync("stop what does not run", () => docker.StopContainerAsync(first, TimeSpan.FromSeconds(1)));
            await LookAsync(first);
            await TryAsync("create another", async () => second = await docker.CreateContainerAsync($"{run}-b", Config(exits)));
            await TryAsync("start it", () => docker.StartContainerAsync(second));
            await TryAsync("wait for it", async () => story.Add($"exit code {await docker.WaitContainerAsync(second)}"));
            await TryAsync("list", async () => story.AddRange(
                (await docker.ListContainersAsync(ours)).Select(c => $"{c.Name[run.Length..]} {c.State}").Order(StringComparer.Ordinal)));
            await TryAsync("start what is not there", () => docker.StartContainerAsync($"{run}-none"));
            await TryAsync("remove", () => docker.RemoveContainerAsync(first, force: false));
            await TryAsync("remove by force", () => docker.RemoveContainerAsync(second, force: true));
            await TryAsync("remove again", () => docker.RemoveContainerAsync(first, force: false));
            await LookAsync(first);
            await TryAsync("stop what is gone", () => docker.StopContainerAsync(first, TimeSpan.FromSeconds(1)));
        }
        finally
        {
            foreach (var left in new[] { first, second }.Where(id => id.Length > 0))
                await docker.RemoveContainerAsync(left, force: true);
        }
        return story;

        async Task TryAsync(string what, Func<Task> call)
        {
            try
            {
                await call();
                story.Add($"{what}: done");
            }
            catch (DockerException e)
            {
                story.Add($"{what}: {e.StatusCode}");
            }
        }

        Task LookAsync(string id) => TryAsync("look", async () => story.Add(await docker.InspectContainerAsync(id) is { State: var state }
            ? $"{state.Status} running={state.Running} exit={state.ExitCode} started={state.StartedAt is not null} finished={state.FinishedAt is not null}"
            : "nothing there"));
    }
}
