namespace Etcd;

/// <summary>Waits that double up to a limit; each is drawn from the upper half, so that many clients do not come back at once.</summary>
internal sealed class Backoff(EtcdClientOptions options)
{
    private TimeSpan _ceiling = options.BackoffFirst;

    public TimeSpan Next()
    {
        double share;
        lock (options.Random)
            share = options.Random.NextDouble();
        var wait = _ceiling * (0.5 + share / 2);
        _ceiling = _ceiling * 2 < options.BackoffLongest ? _ceiling * 2 : options.BackoffLongest;
        return wait;
    }

    public void Reset() => _ceiling = options.BackoffFirst;
}
