using System.Collections.Concurrent;
using Google.Protobuf;
using LocalMesos.Tests.Core;
using Mesos.Executor;
using Mesos.Resources;
using Mesos.Scheduler;
using Mesos.V1;
using Testing;
using ExecutorCallType = Mesos.V1.Executor.Call.Types.Type;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Tests.Host;

/// <summary>A scheduler over HTTP that keeps what it hears, and executors that the test plays itself.</summary>
internal sealed class LiveFramework : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly HttpMesosScheduler scheduler;
    private readonly List<IAsyncDisposable> owned = [];
    private readonly List<Task> running = [];

    private LiveFramework(LiveServer server) =>
        scheduler = new HttpMesosScheduler(new HttpMesosSchedulerOptions { Master = server.Master });

    public ConcurrentQueue<SchedulerEvent> Events { get; } = [];
    public FrameworkID Id { get; private set; } = new();
    public Task Ended { get; private set; } = Task.CompletedTask;
    public Offer Offer { get; private set; } = new();

    public static async Task<LiveFramework> SubscribeAsync(LiveServer server, FrameworkID? id = null)
    {
        var framework = new LiveFramework(server);
        var info = Cluster.NewFramework();
        info.Id = id;
        framework.Ended = framework.ListenAsync(info);
        var subscribed = await framework.WaitAsync("SUBSCRIBED", e => e.Subscribed is not null);
        framework.Id = subscribed.Subscribed.FrameworkId;
        return framework;
    }

    public Task<SchedulerEvent> WaitAsync(string what, Func<SchedulerEvent, bool> condition) =>
        Eventually.GetAsync(what, () => Task.FromResult(Events.FirstOrDefault(condition)));

    public Task<SchedulerEvent> WaitForAsync(string task, TaskState state) =>
        WaitAsync($"{task} {state}", e => e.Update is { } update && update.Status.TaskId.Value == task && update.Status.State == state);

    /// <summary>Launches a task on a new executor with that command; the executor's grace period is a tenth of a second.</summary>
    public async Task<TaskInfo> LaunchAsync(string task, CommandInfo command)
    {
        var offer = (await WaitAsync("an offer", e => e.Offers is not null && e.Offers.Offers_[0].Id.Value != Offer.Id?.Value)).Offers.Offers_[0];
        Offer = offer;
        var info = new TaskInfo
        {
            Name = task,
            TaskId = new TaskID { Value = task },
            AgentId = offer.AgentId,
            Resources = { ResourceText.Parse("cpus:0.1;mem:32").ToProto() },
            Executor = new ExecutorInfo
            {
                Type = ExecutorInfo.Types.Type.Custom,
                ExecutorId = new ExecutorID { Value = "e" },
                Command = command,
                ShutdownGracePeriod = new() { Nanoseconds = 100_000_000 },
            },
        };
        await CallAsync(new SchedulerCall
        {
            Type = SchedulerCallType.Accept,
            Accept = new()
            {
                OfferIds = { offer.Id },
                Operations = { new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Launch, Launch = new() { TaskInfos = { info } } } },
            },
        });
        return info;
    }

    public Task CallAsync(SchedulerCall call)
    {
        call.FrameworkId = Id;
        return scheduler.SendAsync(call, stop.Token);
    }

    public Task AcknowledgeAsync(TaskStatus status) => CallAsync(new SchedulerCall
    {
        Type = SchedulerCallType.Acknowledge,
        Acknowledge = new() { AgentId = status.AgentId, TaskId = status.TaskId, Uuid = status.Uuid },
    });

    /// <summary>Subscribes as the executor whose process runs; returns it and what it hears.</summary>
    public (HttpMesosExecutor Executor, ConcurrentQueue<ExecutorEvent> Events) PlayExecutor(LiveServer server)
    {
        var executor = new HttpMesosExecutor(new HttpMesosExecutorOptions
        {
            Endpoint = new Uri(server.Agent, "/api/v1/executor"),
            FrameworkId = Id.Value,
            ExecutorId = "e",
        });
        owned.Add(executor);
        var heard = new ConcurrentQueue<ExecutorEvent>();
        running.Add(HearAsync());
        return (executor, heard);

        async Task HearAsync()
        {
            await foreach (var happened in executor.SubscribeAsync(new(), stop.Token))
                heard.Enqueue(happened);
        }
    }

    public static ExecutorCall Update(TaskStatus status) => new() { Type = ExecutorCallType.Update, Update = new() { Status = status } };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var task in running.Append(Ended))
            await task.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var disposable in owned)
            await disposable.DisposeAsync();
        await scheduler.DisposeAsync();
        stop.Dispose();
    }

    private async Task ListenAsync(FrameworkInfo info)
    {
        await foreach (var happened in scheduler.SubscribeAsync(info, stop.Token))
            Events.Enqueue(happened);
    }
}
