using LocalMesos.Host;
using Mesos.Executor;
using Mesos.Scheduler;
using Mesos.V1;
using Testing;

namespace LocalMesos.Tests.Host;

/// <summary>A server on free ports in a folder of its own, and connections to it.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly TempDirectory folder = new();

    private LiveServer()
    {
        Options = new LocalMesosOptions
        {
            Port = FreePort.Next(),
            AgentPort = FreePort.Next(),
            WorkDirectory = folder["work"],
            Resources = Mesos.Resources.ResourceText.Parse("cpus:4;mem:1024;ports:[31000-31009]"),
        };
        Server = new Server(Options);
    }

    public LocalMesosOptions Options { get; }
    public Server Server { get; }
    public string WorkDirectory => Options.WorkDirectory;
    public Uri Master => new($"http://127.0.0.1:{Options.Port}");
    public Uri Agent => new($"http://127.0.0.1:{Options.AgentPort}");

    public static async Task<LiveServer> StartAsync()
    {
        var live = new LiveServer();
        await live.Server.StartAsync();
        return live;
    }

    public string[] SandboxFiles(string name) =>
        Directory.Exists(WorkDirectory)
            ? [.. Directory.GetFiles(WorkDirectory, name, SearchOption.AllDirectories).Where(f => !f.Contains("/latest/", StringComparison.Ordinal))]
            : [];

    public async ValueTask DisposeAsync()
    {
        await Server.EndAsync();
        await Server.DisposeAsync();
        folder.Dispose();
    }
}
