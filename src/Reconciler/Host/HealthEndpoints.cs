using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Reconciler.Control;

namespace Reconciler.Host;

/// <summary>/healthz: the process lives. /readyz: it leads or stands by, and reaches what it needs; one line a check.</summary>
public static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ControlPlaneHealth health)
    {
        routes.MapGet("/healthz", (HttpContext http) => http.Response.WriteAsync("ok\n", http.RequestAborted));
        routes.MapGet("/readyz", (HttpContext http) =>
        {
            var checks = health.Checks;
            http.Response.StatusCode = checks.All(c => c.Ok) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            http.Response.ContentType = "text/plain; charset=utf-8";
            var text = new StringBuilder();
            foreach (var check in checks)
                text.Append(check.Ok ? "[+] " : "[-] ").Append(check.Name).Append(": ").Append(check.Message).Append('\n');
            return http.Response.WriteAsync(text.ToString(), http.RequestAborted);
        });
    }

    /// <summary>/agent/{sha256}: the agent's program, under the hash that machines check it by.</summary>
    public static void MapAgent(IEndpointRouteBuilder routes, string file, string sha256) =>
        routes.MapGet($"/agent/{sha256}", (HttpContext http) => http.Response.SendFileAsync(file, http.RequestAborted));
}
