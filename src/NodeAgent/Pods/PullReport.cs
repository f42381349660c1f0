using System.Globalization;
using Docker;

namespace NodeAgent.Pods;

/// <summary>Sums the layers of a pull up to a line for people, at most every five seconds: each line is a write to etcd.</summary>
internal sealed class PullReport(TimeProvider time, Action<string> tell)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (long Current, long Total)> _layers = [];
    private long _toldAt = time.GetTimestamp();
    private bool _ended;

    public void Add(PullProgress progress)
    {
        // What was posted to the loop before the pull ended may come after.
        if (_ended || progress.TotalBytes <= 0)
            return;
        _layers[progress.LayerId] = (progress.CurrentBytes, progress.TotalBytes);
        if (time.GetElapsedTime(_toldAt) < Interval)
            return;
        _toldAt = time.GetTimestamp();
        tell(string.Create(CultureInfo.InvariantCulture,
            $"{Mebi(_layers.Values.Sum(l => l.Current)):0.0} of {Mebi(_layers.Values.Sum(l => l.Total)):0.0} MiB"));
    }

    public void End() => _ended = true;

    private static double Mebi(long bytes) => bytes / 1048576.0;
}
