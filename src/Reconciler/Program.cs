using System.Net.Sockets;
using Etcd;
using Mesos.Scheduler;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Control;
using Reconciler.Host;

if (args is ["--help" or "-h"])
{
    Console.WriteLine("reconciler: makes what runs on a Mesos cluster equal to the specs in etcd\n");
    foreach (var (name, help) in ReconcilerSettings.Known)
        Console.WriteLine($"  --{name,-18} {help}");
    return 0;
}
try
{
    return await RunAsync(args);
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync($"reconciler: {e.Message}");
    return 2;
}
catch (Exception e) when (e is SocketException or IOException { InnerException: SocketException or { InnerException: SocketException } })
{
    // A port that is taken comes wrapped, an address that is not this machine's does not.
    await Console.Error.WriteLineAsync($"reconciler: cannot listen: {e.Message.TrimEnd('.')}. Another --listen may be chosen.");
    return 1;
}

static async Task<int> RunAsync(string[] args)
{
    ReconcilerSettings.CheckFlags(args);
    // Not the web host's configuration: that holds every variable of the environment, and a login's USER is no --user.
    var settings = ReconcilerSettings.Read(new ConfigurationBuilder()
        .SetBasePath(Directory.GetCurrentDirectory())
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables("RECONCILER_")
        .AddCommandLine(args)
        .Build());

    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders().AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
    });
    builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
    builder.WebHost.UseUrls(settings.Listen);
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));

    await using var etcd = new EtcdClient(new EtcdClientOptions { Endpoint = settings.Etcd });
    await using var mesos = new HttpMesosScheduler(new HttpMesosSchedulerOptions { Master = settings.Mesos });
    builder.Services.AddSingleton(services => new ControlPlane(
        new ControlPlaneEdges
        {
            Etcd = etcd,
            Mesos = mesos,
            Time = TimeProvider.System,
            Random = new Random(),
            Logs = services.GetRequiredService<ILoggerFactory>(),
        },
        settings.ControlPlane));
    builder.Services.AddSingleton<ControlPlaneService>();
    builder.Services.AddHostedService(services => services.GetRequiredService<ControlPlaneService>());

    await using var app = builder.Build();
    // Run disposes of the services when it ends.
    var service = app.Services.GetRequiredService<ControlPlaneService>();
    HealthEndpoints.Map(app, app.Services.GetRequiredService<ControlPlane>().Health);
    if (settings is { AgentFile: { } file, ControlPlane.Agent.Sha256: { } sha256 })
        HealthEndpoints.MapAgent(app, Path.GetFullPath(file), sha256);
    await app.RunAsync();
    return service.Failed ? 1 : 0;
}
