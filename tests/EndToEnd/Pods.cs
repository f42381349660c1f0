using System.Globalization;

namespace EndToEnd;

/// <summary>Specs of the tests. IMAGE becomes the test image's name.</summary>
internal static class Pods
{
    /// <summary>A web server on a port from the offer, or on the one given. It ends at once: its grace period is a second.</summary>
    public static string Web(string name, int hostPort = 0, string page = "/www") => string.Create(CultureInfo.InvariantCulture, $$$"""
        kind: Pod
        metadata: {name: {{{name}}}, labels: {app: {{{name}}}}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: web
            image: IMAGE
            command: [/bin/httpd, -f, -p, "8080", -h, {{{page}}}]
            ports: [{name: http, containerPort: 8080, hostPort: {{{hostPort}}}}]
            resources: {requests: {cpu: 50m, memory: 16Mi}}
        """);

    /// <summary>Runs a shell script under a restart policy.</summary>
    public static string Script(string name, string policy, string script) => $$$"""
        kind: Pod
        metadata: {name: {{{name}}}}
        spec:
          restartPolicy: {{{policy}}}
          terminationGracePeriodSeconds: 1
          containers:
          - name: job
            image: IMAGE
            command: [/bin/sh, -c]
            args: ["{{{script}}}"]
            resources: {requests: {cpu: 50m, memory: 16Mi}}
        """;
}
