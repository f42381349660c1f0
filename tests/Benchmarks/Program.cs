using Benchmarks;
using Docker;
using Testing;

// `make bench`: every figure from one run, each beside its peer. Only ratios mean something on a shared machine.
await using var docker = new DockerEngine();
var image = await BusyboxImage.EnsureAsync(docker);
await using var cluster = await BenchCluster.StartAsync();
Console.WriteLine("measuring one pod at a time …");
var latency = await StartLatency.MeasureAsync(cluster, docker, image, pairs: 30);
Console.WriteLine(latency);
Console.WriteLine("measuring fifty pods at once …");
var burst = await Burst.MeasureAsync(cluster, docker, image, pods: 50, rounds: 3);
Console.WriteLine(burst);
Console.WriteLine("measuring twenty pods at rest …");
var footprint = await Footprint.MeasureAsync(cluster, image, pods: 20, TimeSpan.FromSeconds(30));
Console.WriteLine();
foreach (var result in footprint.Prepend(burst).Prepend(latency))
    Console.WriteLine(result);
return 0;
