using System.Globalization;
using System.Text;
using Docker;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Status;

namespace Testing;

/// <summary>
/// A whole cluster of real parts for a test: etcd, the published local-mesos, reconciler and node-agent, and the machine's Docker.
/// Ports, prefix and folders are its own; at its end everything it started is ended, and what carries its framework id removed.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly LocalClusterOptions _options;
    private readonly TempDirectory _files = new();
    private readonly PortBlock _offered = PortBlock.Take();
    private readonly List<ServiceProcess> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly int _mesosPort = FreePort.Next();
    private readonly int _httpPort = FreePort.Next();
    private int _agentPort;

    private LocalCluster(LocalClusterOptions options, EtcdServer server, DockerEngine docker, string image)
    {
        _options = options;
        (EtcdServer, Docker, Image) = (server, docker, image);
        Etcd = new EtcdClient(new EtcdClientOptions { Endpoint = server.Endpoint });
    }

    public EtcdServer EtcdServer { get; }
    public EtcdClient Etcd { get; }
    public DockerEngine Docker { get; }
    public KeyLayout Keys { get; } = new($"/test-{Guid.NewGuid():N}");
    /// <summary>A busybox with httpd and /www/index.html.</summary>
    public string Image { get; }
    public ServiceProcess? Mesos { get; private set; }
    public ServiceProcess? Reconciler { get; private set; }
    /// <summary>The ports that the agents offer.</summary>
    public PortBlock OfferedPorts => _offered;

    private Uri ReadyAddress => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_httpPort}/readyz"));
    private string MesosFolder => _files["mesos"];

    /// <summary>Returns when the reconciler is ready; without Mesos, when its process runs.</summary>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions? options = null)
    {
        options ??= new LocalClusterOptions();
        var docker = await DockerDaemon.ConnectAsync();
        var image = await BusyboxImage.EnsureAsync(docker);
        var cluster = new LocalCluster(options, await EtcdServer.StartAsync(), docker, image);
        try
        {
            await cluster.TellAsync(async () =>
            {
                if (options.StartMesos)
                    await cluster.StartMesosAsync();
                await cluster.StartReconcilerAsync();
                if (options.StartMesos)
                    await cluster.ReadyAsync();
            });
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartMesosAsync()
    {
        _agentPort = FreePort.Next();
        Mesos = await StartAsync("local-mesos",
            "--agents", "1", "--ip", "127.0.0.1", "--port", Text(_mesosPort), "--agent-port", Text(_agentPort), "--work-dir", MesosFolder,
            "--resources", string.Create(CultureInfo.InvariantCulture, $"cpus:{_options.Cpus};mem:{_options.MemoryMegabytes};disk:10000;ports:[{_offered.First}-{_offered.Last}]"));
    }

    public async Task StartReconcilerAsync() => Reconciler = await StartAsync("reconciler",
        "--etcd", EtcdServer.Endpoint.OriginalString, "--mesos", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_mesosPort}"),
        "--prefix", Keys.Prefix, "--listen", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_httpPort}"),
        "--agent-path", Programs.Path("node-agent"), "--agent-state-dir", _files["agent"], "--leader-ttl", "2");

    public Task ReadyAsync() => Eventually.TrueAsync("the reconciler is ready", async () =>
        Reconciler is { HasEnded: true } || (await ReadinessAsync()).Ready, Deadline);

    /// <summary>What /readyz answers.</summary>
    public async Task<(bool Ready, string Text)> ReadinessAsync()
    {
        using var answer = await _http.GetAsync(ReadyAddress);
        return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Puts what people put: text, of which `IMAGE` becomes the test image's name.</summary>
    public Task<long> PutAsync(string pod, string spec) =>
        Etcd.PutAsync(Keys.PodSpec(Key(pod)), Encoding.UTF8.GetBytes(spec.Replace("IMAGE", Image, StringComparison.Ordinal)));

    public Task DeleteAsync(string pod) => Etcd.DeleteAsync(Keys.PodSpec(Key(pod)));

    public async Task<PodStatus?> StatusAsync(string pod) =>
        await Etcd.GetAsync(Keys.PodStatus(Key(pod))) is { } found ? ModelJson.ReadPodStatus(found.Value.Span) : null;

    /// <summary>Waits until the pod's status is as said; returns it.</summary>
    public Task<PodStatus> StatusAsync(string pod, string what, Func<PodStatus, bool> holds, TimeSpan? deadline = null) =>
        Eventually.GetAsync($"{pod}: {what}", async () => await StatusAsync(pod) is { } status && holds(status) ? status : null, deadline ?? Deadline);

    public Task<PodStatus> RunningAsync(string pod) => StatusAsync(pod, "is Running and ready", Statuses.IsReady);

    /// <summary>Status, assignments and containers: nothing is left of the pod.</summary>
    public Task GoneAsync(string pod) => Eventually.TrueAsync($"{pod} is gone", async () =>
        await StatusAsync(pod) is null
        && (await Etcd.ListAsync(Keys.AssignmentsOf(Key(pod)))).KeyValues.Count == 0
        && (await ContainersAsync(pod)).Count == 0, Deadline);

    /// <summary>What Docker has of the pod, sandbox and stopped containers too; without a name, of the whole cluster.</summary>
    public async Task<IReadOnlyList<ContainerSummary>> ContainersAsync(string? pod = null)
    {
        if (await FrameworkIdAsync() is not { Length: > 0 } framework)
            return [];
        List<string> labels = [$"{ContainerLabels.FrameworkId}={framework}"];
        if (pod is not null)
            labels.Add($"{ContainerLabels.Pod}={pod}");
        return await Docker.ListContainersAsync(labels);
    }

    /// <summary>The page at a pod's first port, when it answers.</summary>
    public Task<string> PageAsync(PodStatus status) => Eventually.GetAsync<string>("the pod's page", async () =>
        await _http.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{status.HostIP}:{status.Ports[0].HostPort}/"))), Deadline);

    /// <summary>The processes of this cluster's executors: node agents and the shells around them.</summary>
    public IReadOnlyList<int> ExecutorProcesses() => ProcessTable.WithInEnvironment(MesosFolder + "/");

    /// <summary>Runs the steps of a test; where one fails, what the cluster's parts have to say is added.</summary>
    public async Task TellAsync(Func<Task> steps)
    {
        try
        {
            await steps();
        }
        catch (Exception e)
        {
            throw new ClusterTestException($"{e.Message}\n\n{await ClusterReport.WriteAsync(Etcd, Keys, _processes, MesosFolder)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        var framework = await EndAsync();
        if (framework is { Length: > 0 })
        {
            foreach (var container in await Docker.ListContainersAsync([$"{ContainerLabels.FrameworkId}={framework}"]))
                await Docker.RemoveContainerAsync(container.Id, force: true);
        }
        await Etcd.DisposeAsync();
        await EtcdServer.DisposeAsync();
        await Docker.DisposeAsync();
        _http.Dispose();
        _offered.Dispose();
        _files.Dispose();
    }

    public static PodKey Key(string pod) => new("default", pod);

    // Everything is killed: what a clean end does is a test of its own, and this must also end what hangs.
    private async Task<string?> EndAsync()
    {
        string? framework = null;
        try
        {
            framework = await FrameworkIdAsync();
        }
        catch (EtcdException)
        {
            // The test has killed it and not started it again: nothing more can be asked.
        }
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.KillAsync();
            process.Dispose();
        }
        foreach (var executor in ExecutorProcesses())
            Signals.Send(executor, Signals.Kill);
        await Eventually.TrueAsync("the executors are gone", () => ExecutorProcesses().Count == 0);
        return framework;
    }

    private async Task<string?> FrameworkIdAsync() =>
        await Etcd.GetAsync(Keys.Framework) is { } found ? ModelJson.ReadFrameworkRecord(found.Value.Span)?.Id : null;

    private async Task<ServiceProcess> StartAsync(string program, params string[] arguments)
    {
        var process = await ServiceProcess.StartAsync(program, _files[$"{program}.log"], Programs.Path(program), arguments);
        _processes.Add(process);
        return process;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What one test's cluster differs in.</summary>
public sealed record LocalClusterOptions
{
    public bool StartMesos { get; init; } = true;
    public int Cpus { get; init; } = 16;
    public int MemoryMegabytes { get; init; } = 16384;
}

public static class Statuses
{
    public static bool IsReady(this PodStatus status) =>
        status.Phase == PodPhase.Running && status.Conditions.Find(ConditionTypes.Ready) is { Status: ConditionStatus.True };
}

/// <summary>A failure with the cluster's own words behind it.</summary>
public sealed class ClusterTestException(string message, Exception inner) : Exception(message, inner);
