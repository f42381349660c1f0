using Etcd;
using Microsoft.Extensions.Logging;

namespace Reconciler.Control;

/// <summary>
/// Keeps etcd's history at ten minutes: Debian's etcd never compacts by itself, and a history that grows for days fills the quota.
/// </summary>
internal sealed class Compactor(IEtcd etcd, TimeProvider time, Func<long> revision, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private const int IntervalsKept = 2;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var seen = new Queue<long>();
        while (true)
        {
            await Task.Delay(Interval, time, cancellation);
            seen.Enqueue(revision());
            if (seen.Count <= IntervalsKept)
                continue;
            try
            {
                await etcd.CompactAsync(seen.Dequeue(), cancellation);
            }
            catch (EtcdException e)
            {
                // The next one compacts this much and more.
                Log.CallFailed(logger, "Compact", e.Message);
            }
        }
    }
}
