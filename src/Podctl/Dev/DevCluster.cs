using System.ComponentModel;
using Etcd;
using Model;
using Model.Assignments;
using Model.Keys;
using Podctl.Cli;

namespace Podctl.Dev;

/// <summary>
/// A whole cluster on this machine: etcd, LocalMesos and the reconciler as processes of their own, started in this order, each
/// when the one before answers, and ended in the reverse.
/// </summary>
internal sealed class DevCluster(DevOptions options, TextWriter output) : IDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    // Executors stop their pods meanwhile, each within its own grace period.
    private static readonly TimeSpan PodsPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly List<ChildProcess> _children = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    /// <summary>As last seen in etcd, which may be the first to die.</summary>
    private string? _frameworkId;

    /// <summary>Returns when the reconciler is ready to place pods.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        LoopbackPorts.RequireFree(options.Ports);
        var peer = FormattableString.Invariant($"http://127.0.0.1:{LoopbackPorts.AnyFree()}");
        await StartAsync("etcd", "etcd", options.Etcd, "/health", cancellation,
            "--name=dev", $"--data-dir={Path.Combine(options.StateDirectory, "etcd")}",
            $"--listen-client-urls={options.Etcd}", $"--advertise-client-urls={options.Etcd}",
            $"--listen-peer-urls={peer}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=dev={peer}");
        await StartAsync("local-mesos", Program("local-mesos"), options.Mesos, "/health", cancellation,
            "--agents", FormattableString.Invariant($"{options.Agents}"), "--ip", "127.0.0.1",
            "--port", FormattableString.Invariant($"{options.MesosPort}"), "--agent-port", FormattableString.Invariant($"{options.AgentPort}"),
            "--work-dir", Path.Combine(options.StateDirectory, "mesos"));
        await StartAsync("reconciler", Program("reconciler"), options.Http, "/readyz", cancellation,
            "--etcd", options.Etcd, "--mesos", options.Mesos, "--prefix", options.Prefix, "--listen", options.Http,
            "--agent-path", Program("node-agent"), "--agent-state-dir", Path.Combine(options.StateDirectory, "agent"));
        await SeeFrameworkIdAsync();
    }

    /// <summary>Returns the first program that ends by itself; none should.</summary>
    public async Task<ChildProcess> FirstToEndAsync(CancellationToken cancellation)
    {
        var ended = await Task.WhenAny(_children.Select(child => child.Ended)).WaitAsync(cancellation);
        await ended;
        return _children.First(child => child.HasEnded);
    }

    /// <summary>Ends everything, pods included, in order, whatever has died before. Specs are left as they are.</summary>
    /// <exception cref="PodctlException">Every program has ended, but containers may be left.</exception>
    public async Task StopAsync()
    {
        await SeeFrameworkIdAsync();
        foreach (var child in Enumerable.Reverse(_children))
        {
            if (child.HasEnded)
                continue;
            await output.WriteLineAsync($"Ending {child.Name} …");
            var patience = child.Name == "local-mesos" ? PodsPatience : StopPatience;
            if (!await child.StopAsync(patience))
                await output.WriteLineAsync($"{child.Name} did not end by itself and was killed.");
        }
        if (_frameworkId is { } frameworkId)
            await RemoveLeftAsync(frameworkId);
    }

    public void Dispose()
    {
        foreach (var child in _children)
            child.Dispose();
        _http.Dispose();
    }

    private async Task StartAsync(
        string name, string program, string address, string path, CancellationToken cancellation, params string[] arguments)
    {
        var log = Path.Combine(options.StateDirectory, $"{name}.log");
        var child = ChildProcess.Start(name, log, program, arguments);
        _children.Add(child);
        var start = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(new Uri(address + path), cancellation))
        {
            if (child.HasEnded)
                throw new PodctlException(child.Obituary());
            if (TimeProvider.System.GetElapsedTime(start) > StartDeadline)
                throw new PodctlException($"{name} is not ready at {address}{path} after {StartDeadline.TotalSeconds:0} s; see {log}");
            await Task.Delay(PollInterval, cancellation);
        }
        await output.WriteLineAsync($"{name,-12} {address}   log {log}");
    }

    private async Task<bool> AnswersAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(address, cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>An etcd that does not answer must not keep the programs from being ended: they would outlive podctl.</summary>
    private async Task SeeFrameworkIdAsync()
    {
        if (_children is not [{ Name: "etcd", HasEnded: false }, ..])
            return;
        try
        {
            await using var etcd = new EtcdClient(new EtcdClientOptions { Endpoint = new Uri(options.Etcd) });
            if (await etcd.GetAsync(new KeyLayout(options.Prefix).Framework) is { } found)
                _frameworkId = ModelJson.ReadFrameworkRecord(found.Value.Span)?.Id ?? _frameworkId;
        }
        catch (EtcdException e)
        {
            await output.WriteLineAsync(_frameworkId is null
                ? $"etcd does not tell whose containers this cluster's are; any that executors leave stay: {e.Message}"
                : $"etcd does not answer: {e.Message}");
        }
    }

    private async Task RemoveLeftAsync(string frameworkId)
    {
        try
        {
            var left = await LeftContainers.RemoveAsync(frameworkId);
            if (left > 0)
                await output.WriteLineAsync($"Removed {left} containers that were left.");
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            throw new PodctlException(
                $"containers may be left; `docker ps --all --filter label={ContainerLabels.FrameworkId}={frameworkId}` lists them: {e.Message}");
        }
    }

    private string Program(string name)
    {
        var path = Path.Combine(options.Programs, name);
        return File.Exists(path) ? path : throw new PodctlException($"{path} is not there; `make build` makes it");
    }
}
