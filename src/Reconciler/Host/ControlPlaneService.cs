using Loops;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Control;

namespace Reconciler.Host;

/// <summary>Runs the control loop on a thread of its own, for as long as the host runs; its failure ends the host.</summary>
public sealed class ControlPlaneService(
    ControlPlane controlPlane, IHostApplicationLifetime lifetime, ILogger<ControlPlaneService> logger) : BackgroundService
{
    public bool Failed { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await EventLoop.RunOnThread("control plane", async () =>
            {
                await controlPlane.RunAsync(stoppingToken);
                return true;
            }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A fault of the program: it is logged whole, and the program ends for its supervisor to start it again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.LoopFailed(logger, e);
            Failed = true;
            lifetime.StopApplication();
        }
    }
}
