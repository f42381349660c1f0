using Mesos;
using Mesos.V1;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Agent;
using NodeAgent.Tests.Harness;
using Testing;

namespace NodeAgent.Tests;

public sealed class UpdateQueueTests
{
    private const string Id = "default.a.1";

    private readonly FakeMesosAgent _mesos = new() { Acknowledges = false };

    [Fact]
    public void An_end_that_is_never_acknowledged_is_given_up_and_its_task_is_listed_no_more() => Run(async (queue, time) =>
    {
        queue.Launched(new TaskInfo { Name = Id, TaskId = new TaskID { Value = Id } });
        queue.Enqueue(new TaskUpdate(Id, TaskState.TaskStarting));
        queue.Enqueue(new TaskUpdate(Id, TaskState.TaskFailed));

        await Task.Delay(TimeSpan.FromSeconds(65), time);
        queue.Unacknowledged().UnacknowledgedTasks.Should().ContainSingle("its end is still to be told");
        await Task.Delay(TimeSpan.FromMinutes(2), time);
        _mesos.UpdatesOf(Id).Should().HaveCountLessThan(20);
        queue.Unacknowledged().UnacknowledgedTasks.Should().BeEmpty();
        queue.EmptyAsync().IsCompleted.Should().BeTrue();
    });

    [Fact]
    public void An_end_that_is_refused_is_dropped_and_its_task_is_listed_no_more() => Run(async (queue, time) =>
    {
        queue.Launched(new TaskInfo { Name = Id, TaskId = new TaskID { Value = Id } });
        _mesos.SendFaults.Enqueue(new MesosException("not valid", 400));
        queue.Enqueue(new TaskUpdate(Id, TaskState.TaskFailed));

        await Task.Delay(TimeSpan.FromMinutes(1), time);
        _mesos.Updates.Should().BeEmpty();
        queue.Unacknowledged().UnacknowledgedTasks.Should().BeEmpty();
    });

    [Fact]
    public void A_task_that_runs_is_listed_although_an_update_of_it_was_refused() => Run(async (queue, time) =>
    {
        queue.Launched(new TaskInfo { Name = Id, TaskId = new TaskID { Value = Id } });
        _mesos.SendFaults.Enqueue(new MesosException("not valid", 400));
        queue.Enqueue(new TaskUpdate(Id, TaskState.TaskStarting));

        await Task.Delay(TimeSpan.FromMinutes(1), time);
        queue.Unacknowledged().UnacknowledgedTasks.Should().ContainSingle();
    });

    private void Run(Func<UpdateQueue, TimeProvider, Task> test) => VirtualTime.Run(async time =>
    {
        var edges = new NodeAgentEdges
        {
            Mesos = _mesos, Docker = new FakeDocker(), Etcd = null, Locks = new FakeRunLocks("host"), Time = time,
            Random = new Random(1), Logs = NullLoggerFactory.Instance,
        };
        var queue = new UpdateQueue(edges, new NodeAgentOptions { FrameworkId = "framework", ExecutorId = "executor", Run = "run" });
        using var ending = new CancellationTokenSource();
        queue.Subscribed();
        var running = queue.RunAsync(ending.Token);
        await test(queue, time);
        ending.Cancel();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.FromCurrentSynchronizationContext());
    });
}
