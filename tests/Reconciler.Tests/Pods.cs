namespace Reconciler.Tests;

/// <summary>Specs as people put them.</summary>
internal static class Pods
{
    public const string Nginx = """{"spec": {"containers": [{"name": "c", "image": "nginx"}]}}""";
    public const string Httpd = """{"spec": {"containers": [{"name": "c", "image": "httpd"}]}}""";
    public const string Once = """{"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "nginx"}]}}""";
    public const string Huge = """{"spec": {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "1000"}}}]}}""";
    public const string Invalid = """{"spec": {"containers": []}}""";
}
