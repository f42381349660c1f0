using NodeAgent.Orphans;
using Testing;

namespace NodeAgent.Tests;

public sealed class FlockRunLocksTests
{
    [Fact]
    public void A_run_is_dead_once_its_lock_is_let_go_and_not_before()
    {
        using var directory = new TempDirectory();
        using var mine = new FlockRunLocks(directory.Path);
        using (var theirs = new FlockRunLocks(directory.Path))
        {
            theirs.Hold("run-1");
            mine.IsDead("run-1").Should().BeFalse();
            theirs.HostId.Should().Be(mine.HostId).And.HaveLength(32);
        }
        mine.IsDead("run-1").Should().BeTrue();
        mine.IsDead("never-was").Should().BeTrue();
#pragma warning disable CA1416 // The tests run on Linux alone, as the agent does.
        File.GetUnixFileMode(directory["host-id"]).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("")]
    public void A_run_is_no_path(string run)
    {
        using var directory = new TempDirectory();
        using var locks = new FlockRunLocks(directory.Path);
        locks.IsDead(run).Should().BeFalse("nothing is known of it");
        FluentActions.Invoking(() => locks.Hold(run)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Many_that_start_at_once_agree_on_one_host_id()
    {
        using var directory = new TempDirectory();
        var ids = new string[8];
        Parallel.For(0, ids.Length, i =>
        {
            using var locks = new FlockRunLocks(directory.Path);
            ids[i] = locks.HostId;
        });
        ids.Distinct().Should().ContainSingle();
    }
}
