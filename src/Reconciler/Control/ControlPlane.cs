using Etcd;
using Loops;
using Mesos.Scheduler;
using Microsoft.Extensions.Logging;
using Model.Keys;
using Reconciler.Store;

namespace Reconciler.Control;

/// <summary>The edges of the world that the control plane stands on; a simulation brings its own.</summary>
public sealed record ControlPlaneEdges
{
    public required IEtcd Etcd { get; init; }
    public required IMesosScheduler Mesos { get; init; }
    public required TimeProvider Time { get; init; }
    public required Random Random { get; init; }
    public required ILoggerFactory Logs { get; init; }
}

/// <summary>
/// A reconciler's whole control loop: campaigns, and while it leads, plans and places. Runs on one loop
/// (<see cref="EventLoop"/>, or a simulation's) until cancelled; cancelled, it hands over in order.
/// </summary>
public sealed class ControlPlane(ControlPlaneEdges edges, ControlPlaneOptions options)
{
    private static readonly Backoff TryAgain = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));

    /// <summary>A term that ended sooner has failed: what ended it most likely ends the next one too.</summary>
    private static readonly TimeSpan GoodTerm = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = edges.Logs.CreateLogger("Reconciler.ControlPlane");

    public ControlPlaneHealth Health { get; } = new();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var keys = new KeyLayout(options.Prefix);
        var failures = 0;
        while (!cancellation.IsCancellationRequested)
        {
            long? leadingSince = null;
            try
            {
                await using var leadership = await Leadership.CampaignAsync(
                    edges.Etcd, keys.Leader, options.Identity, options.LeaderTtl, edges.Time, StandingBy, cancellation);
                leadingSince = edges.Time.GetTimestamp();
                Log.Leading(_logger, leadership.Revision);
                Health.Set("etcd", true, "leading");
                await new Term(edges, options, keys, leadership, Health).RunAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                Log.HandedOver(_logger);
                return;
            }
            catch (FrameworkException e)
            {
                if (Health.Set("mesos", false, e.Message))
                    Log.SteppedDown(_logger, e.Message);
            }
            catch (Exception e) when (e is EtcdException or LeadershipLostException)
            {
                Health.Set("mesos", false, "not subscribed: not leading");
                if (Health.Set("etcd", false, e.Message))
                    Log.SteppedDown(_logger, e.Message);
            }
            if (leadingSince is { } since && edges.Time.GetElapsedTime(since) >= GoodTerm)
                failures = 0;
            await Task.Delay(TryAgain.Delay(failures++, edges.Random), edges.Time, CancellationToken.None);
        }
    }

    private void StandingBy(string leader)
    {
        Log.StandingBy(_logger, leader);
        Health.Set("etcd", true, $"standing by; {leader} leads");
        Health.Set("mesos", true, "standing by");
    }
}
