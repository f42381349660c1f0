using System.Collections.Concurrent;
using Testing;

namespace Etcd.Tests;

/// <summary>Reads a watch in the background and keeps what came.</summary>
internal sealed class WatchReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<WatchBatch> _batches = [];
    private readonly Task _reading;

    private WatchReader(IEtcd etcd, WatchQuery query) => _reading = ReadAsync(etcd, query);

    public WatchBatch[] Batches => [.. _batches];

    public WatchEvent[] Events => [.. _batches.SelectMany(b => b.Events)];

    public int Confirmations => _batches.Count(b => b.Events.Count == 0);

    /// <summary>Ends with the watch's error.</summary>
    public Task End => _reading;

    /// <summary>Returns when the watch is confirmed.</summary>
    public static async Task<WatchReader> StartAsync(IEtcd etcd, WatchQuery query)
    {
        var reader = Start(etcd, query);
        await Eventually.TrueAsync("the watch stands", () => !reader._batches.IsEmpty);
        return reader;
    }

    public static WatchReader Start(IEtcd etcd, WatchQuery query) => new(etcd, query);

    public Task SeesAsync(int events) => Eventually.TrueAsync($"{events} events came", () => Events.Length >= events);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Its outcome is for End.
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAsync(IEtcd etcd, WatchQuery query)
    {
        await foreach (var batch in etcd.WatchAsync(query, _stop.Token))
            _batches.Enqueue(batch);
    }
}
