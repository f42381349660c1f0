using System.ComponentModel;
using LocalMesos.Core;
using Mesos.V1;

namespace LocalMesos.Host;

/// <summary>The executors' processes. Starting takes milliseconds and fetching more: neither holds up the dispatcher.</summary>
internal sealed class Containers(
    Action<ContainerID, int> exited, Action<ContainerID, string> notStarted, ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Container> containers = new(StringComparer.Ordinal);
    private readonly UriFetcher fetcher = new();
    private bool isEnding;

    public void Start(Effect.StartExecutor start)
    {
        lock (gate)
        {
            // At the end nothing new begins, whatever schedulers still ask for.
            if (isEnding)
                return;
            var container = new Container();
            containers.Add(start.ContainerId.Value, container);
            container.Run = Task.Run(() => RunAsync(container, start));
        }
    }

    public void Kill(ContainerID id)
    {
        lock (gate)
        {
            if (containers.TryGetValue(id.Value, out var container))
                container.Kill();
        }
    }

    public void KillAll()
    {
        lock (gate)
        {
            foreach (var container in containers.Values)
                container.Kill();
        }
    }

    /// <summary>Starts nothing more; completes when no container is left.</summary>
    public Task EndAsync()
    {
        lock (gate)
        {
            isEnding = true;
            return Task.WhenAll(containers.Values.Select(c => c.Run));
        }
    }

    public void Dispose() => fetcher.Dispose();

    private async Task RunAsync(Container container, Effect.StartExecutor start)
    {
        var id = start.ContainerId;
        int status;
        try
        {
            status = await EndAsync(container, start).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was: the core waits for one of the two answers, and an executor without one is STAGING for ever.
            Log.ExecutorNotStarted(logger, start.Executor.ExecutorId.Value, id.Value, e.Message);
            Remove(id);
            notStarted(id, e is FetchException
                ? $"Failed to launch container: Failed to fetch all URIs for container '{id.Value}': exited with status 1"
                : $"Failed to launch container: {e.Message}");
            return;
        }
        Log.ExecutorEnded(logger, start.Executor.ExecutorId.Value, id.Value, status);
        Remove(id);
        exited(id, status);
    }

    private async Task<int> EndAsync(Container container, Effect.StartExecutor start)
    {
        const int Failed = 1 << 8;
        Directory.CreateDirectory(start.Sandbox);
        var latest = Path.Combine(Path.GetDirectoryName(start.Sandbox)!, "latest");
        File.Delete(latest);
        File.CreateSymbolicLink(latest, start.Sandbox);
        var command = start.Executor.Command;
        try
        {
            await Task.WhenAll(command.Uris.Select(uri => fetcher.FetchAsync(uri, start.Sandbox, container.Killed)))
                .ConfigureAwait(false);
            var process = command.Shell
                ? ExecutorProcess.Start(["sh", "-c", command.Value], "/bin/sh", start.Environment, start.Sandbox)
                : ExecutorProcess.Start(
                    command.Arguments.Count > 0 ? command.Arguments : [command.Value], command.Value, start.Environment, start.Sandbox);
            Log.ExecutorStarted(logger, start.Executor.ExecutorId.Value, id: start.ContainerId.Value, process.Pid);
            using var kill = container.Killed.Register(process.Kill);
            return await process.Ended.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (container.Killed.IsCancellationRequested)
        {
            return Native.SigKill;
        }
        catch (Win32Exception e)
        {
            await File.AppendAllTextAsync(Path.Combine(start.Sandbox, "stderr"), $"Failed to execute '{command.Value}': {e.Message}\n")
                .ConfigureAwait(false);
            return Failed;
        }
    }

    private void Remove(ContainerID id)
    {
        lock (gate)
        {
            if (containers.Remove(id.Value, out var container))
                container.Dispose();
        }
    }

    private sealed class Container : IDisposable
    {
        private readonly CancellationTokenSource killed = new();

        public CancellationToken Killed { get; }
        public Task Run { get; set; } = Task.CompletedTask;

        public Container() => Killed = killed.Token;

        public void Kill() => killed.Cancel();

        public void Dispose() => killed.Dispose();
    }
}
