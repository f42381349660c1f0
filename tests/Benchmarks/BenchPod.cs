using Docker;

namespace Benchmarks;

/// <summary>The container that all start-up figures are of: a web server on one published port, with a memory limit.</summary>
internal static class BenchPod
{
    public const long MemoryBytes = 16 * 1024 * 1024;
    public const int Port = 8080;
    public static readonly string[] Command = ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"];

    public static string Spec(string image) => $$$"""
        {
          "kind": "Pod",
          "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [{
              "name": "web",
              "image": "{{{image}}}",
              "command": ["{{{string.Join("\",\"", Command)}}}"],
              "ports": [{"containerPort": {{{Port}}}}],
              "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}
            }]
          }
        }
        """;

    public static ContainerConfig Container(string image, int hostPort) => new()
    {
        Image = image,
        Entrypoint = Command,
        MemoryBytes = MemoryBytes,
        CpuShares = 10,
        Ports = [new PortBinding(Port, "tcp", hostPort)],
        Labels = new Dictionary<string, string> { ["reconciler.bench"] = "true" },
    };

    public static string[] RunArguments(string name, string image, int hostPort) =>
    [
        "run", "--detach", "--name", name, "--label", "reconciler.bench=true", "--publish", $"{hostPort}:{Port}",
        "--memory", $"{MemoryBytes}", "--memory-swap", $"{MemoryBytes}", "--cpu-shares", "10", "--entrypoint", Command[0], image, .. Command[1..],
    ];
}
