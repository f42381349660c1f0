using System.Text;
using Etcd;
using Model;
using Model.Keys;
using Model.Status;
using Testing;

namespace Podctl.Tests;

/// <summary>What these tests share: an etcd, a prefix of the test's own, podctl, and a client to look behind it.</summary>
public abstract class PodctlTest : IAsyncLifetime, IDisposable
{
    protected const string HelloSpec = """
        # A page.
        kind: Pod
        metadata:
          name: hello
          labels: {app: hello}
        spec:
          containers:
          - name: web
            image: reconciler-demo/hello:1
            ports: [{name: http, containerPort: 8080}]

        """;

    private readonly TempDirectory _files = new();

    protected PodctlTest(EtcdFixture fixture)
    {
        Server = fixture.Server;
        Keys = new KeyLayout($"/{GetType().Name}-{Guid.NewGuid():N}");
        Client = new EtcdClient(new EtcdClientOptions { Endpoint = Server.Endpoint });
        Podctl = new PodctlProgram(Server.Endpoint.OriginalString, Keys.Prefix);
    }

    private protected PodctlProgram Podctl { get; }
    protected EtcdServer Server { get; }
    protected EtcdClient Client { get; }
    protected KeyLayout Keys { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Client.DisposeAsync();

    public void Dispose()
    {
        _files.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A file in a folder of this test's own; returns its path.</summary>
    protected string WriteFile(string name, string text)
    {
        File.WriteAllText(_files[name], text);
        return _files[name];
    }

    protected string FilesFolder => _files.Path;

    protected Task<long> PutSpecAsync(string name, string spec, string ns = "default") =>
        Client.PutAsync(Keys.PodSpec(new PodKey(ns, name)), Encoding.UTF8.GetBytes(spec));

    protected Task<long> PutStatusAsync(string name, PodStatus status, string ns = "default") =>
        Client.PutAsync(Keys.PodStatus(new PodKey(ns, name)), ModelJson.Write(status));

    protected async Task<string?> SpecAsync(string name, string ns = "default") =>
        await Client.GetAsync(Keys.PodSpec(new PodKey(ns, name))) is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;
}
