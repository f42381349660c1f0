namespace Simulation.World;

/// <summary>The world's own rules: without them no story could be believed.</summary>
public sealed class WorldTests
{
    [Fact]
    public void Time_passes_only_where_nothing_is_ready_and_by_as_much_as_was_asked()
    {
        var world = new SimWorld(1);
        var process = new SimProcess(world, "p");
        process.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(5), process.Time);
            return "done";
        });
        world.RunUntil(() => !process.IsAlive, TimeSpan.FromHours(6)).Should().BeTrue();
        process.Ended.Should().Be("done");
        world.Elapsed.Should().BeCloseTo(TimeSpan.FromHours(5), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_killed_process_runs_nothing_more_not_even_a_finally()
    {
        var world = new SimWorld(1);
        var process = new SimProcess(world, "p");
        var cleanedUp = false;
        process.Start(async () =>
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(10), process.Time);
            }
            finally
            {
                cleanedUp = true;
            }
            return "done";
        });
        world.RunFor(TimeSpan.FromSeconds(1));
        process.Kill("test");
        world.RunFor(TimeSpan.FromMinutes(1));
        cleanedUp.Should().BeFalse();
        process.Ended.Should().BeNull();
    }

    [Fact]
    public void A_stopped_process_waits_and_finds_that_time_has_passed()
    {
        var world = new SimWorld(1);
        var process = new SimProcess(world, "p");
        DateTimeOffset? woke = null;
        process.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), process.Time);
            woke = process.Time.GetUtcNow();
            return "done";
        });
        world.RunFor(TimeSpan.FromSeconds(1));
        var stoppedAt = world.Now;
        process.Stop();
        world.RunFor(TimeSpan.FromSeconds(30));
        woke.Should().BeNull();
        process.Continue();
        world.RunFor(TimeSpan.FromSeconds(1));
        woke.Should().BeOnOrAfter(stoppedAt.AddSeconds(30));
    }

    [Fact]
    public void Whoever_leaves_for_the_thread_pool_is_found_out()
    {
        var world = new SimWorld(1);
        var process = new SimProcess(world, "p");
        var left = new TaskCompletionSource();
        process.Start(async () =>
        {
            // On a thread of the pool, which then comes back from there.
            await Task.Run(() => left.Task);
            return "done";
        });
        world.RunFor(TimeSpan.FromSeconds(1));
        var pool = new Thread(left.SetResult);
        pool.Start();
        pool.Join();
        var run = () =>
        {
            var waited = System.Diagnostics.Stopwatch.StartNew();
            while (waited.Elapsed < TimeSpan.FromSeconds(20))
                world.RunFor(TimeSpan.FromSeconds(1));
        };
        run.Should().Throw<SimulationException>().WithMessage("*another thread*");
    }

    [Fact]
    public void A_loop_that_never_rests_is_found_out()
    {
        var world = new SimWorld(1);
        var process = new SimProcess(world, "p");
        process.Start(async () =>
        {
            while (process.IsAlive)
                await Task.Yield();
            return "done";
        });
        var run = () => world.RunFor(TimeSpan.FromSeconds(1));
        run.Should().Throw<SimulationException>().WithMessage("*busy loop*");
    }
}
