using System.Net;
using LocalMesos.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ExecutorCallType = Mesos.V1.Executor.Call.Types.Type;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Host;

/// <summary>Master and agents behind HTTP, each on its port.</summary>
public sealed class Server : IAsyncDisposable
{
    private const string StreamIdHeader = "Mesos-Stream-Id";
    private static readonly TimeSpan ExecutorGrace = TimeSpan.FromSeconds(10);

    private readonly LocalMesosOptions options;
    private readonly WebApplication web;
    private readonly Dispatcher dispatcher;
    private readonly ILogger logger;

    public Server(LocalMesosOptions options)
    {
        this.options = options;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // What the port's owner cannot do is said in one line by whoever starts this.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Task data of 30 MB was seen to pass a real Mesos.
            kestrel.Limits.MaxRequestBodySize = null;
            // Mesos does not close a connection on which nothing is called for a while.
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
            // An executor says nothing for as long as nothing happens.
            kestrel.Limits.MinResponseDataRate = null;
            var ip = IPAddress.Parse(options.Ip);
            kestrel.Listen(ip, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            for (var i = 0; i < options.Agents; i++)
                kestrel.Listen(ip, options.AgentPort + i, listen => listen.Protocols = HttpProtocols.Http1);
        });
        web = builder.Build();
        logger = web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LocalMesos");
        dispatcher = new Dispatcher(
            options.CoreOptions(), Enumerable.Range(0, options.Agents).Select(options.Agent), TimeProvider.System, logger);
        web.Run(HandleAsync);
    }

    /// <summary>Throws <see cref="IOException"/> where a port is taken.</summary>
    public async Task StartAsync()
    {
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException(PortsInUse(), e);
        }
        Log.Listening(logger, dispatcher.MasterId, options.Ip, options.Port,
            options.AgentPort, options.AgentPort + options.Agents - 1, options.CoreOptions().WorkDirectory);
    }

    /// <summary>Until SIGTERM, Ctrl-C or the cancellation; then no executor is left.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var asked = web.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        using var cancelled = cancellation.Register(web.Lifetime.StopApplication);
        await stopping.Task.ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    public async Task EndAsync()
    {
        Log.Ending(logger, ExecutorGrace.TotalSeconds);
        await dispatcher.EndExecutorsAsync(ExecutorGrace).ConfigureAwait(false);
        await web.StopAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync().ConfigureAwait(false);
        dispatcher.Dispose();
    }

    private Task HandleAsync(HttpContext context)
    {
        var isMaster = context.Connection.LocalPort == options.Port;
        return (isMaster, context.Request.Path.Value) switch
        {
            (true, "/api/v1/scheduler") => SchedulerAsync(context),
            (false, "/api/v1/executor") => ExecutorAsync(context, context.Connection.LocalPort - options.AgentPort),
            (_, "/health" or "/master/health" or "/slave(1)/health") => Requests.WriteAsync(context.Response, CallAnswer.Done),
            _ => Requests.WriteAsync(context.Response, new(404, "Not part of local-mesos")),
        };
    }

    private async Task SchedulerAsync(HttpContext context)
    {
        var (call, refusal) = await Requests.ReadAsync<SchedulerCall>(context.Request).ConfigureAwait(false);
        var given = context.Request.Headers.TryGetValue(StreamIdHeader, out var header) ? header.ToString() : null;
        if (call is null || call.Type != SchedulerCallType.Subscribe || given is not null)
        {
            await Requests.WriteAsync(context.Response, refusal ?? dispatcher.Call(given, call!)).ConfigureAwait(false);
            return;
        }
        var stream = new StreamId(Guid.NewGuid().ToString());
        var channel = new EventChannel(MediaTypes.AcceptsJson(context.Request.Headers.Accept) == true);
        var answer = dispatcher.Subscribe(stream, channel, call);
        if (!answer.IsGranted)
        {
            await Requests.WriteAsync(context.Response, answer).ConfigureAwait(false);
            return;
        }
        context.Response.Headers[StreamIdHeader] = stream.Value;
        await StreamAsync(context, channel, () => dispatcher.SchedulerGone(stream)).ConfigureAwait(false);
    }

    private async Task ExecutorAsync(HttpContext context, int agent)
    {
        var (call, refusal) = await Requests.ReadAsync<ExecutorCall>(context.Request).ConfigureAwait(false);
        if (call is null || call.Type != ExecutorCallType.Subscribe || call.Subscribe is null)
        {
            await Requests.WriteAsync(context.Response, refusal ?? dispatcher.CallOfExecutor(agent, call!)).ConfigureAwait(false);
            return;
        }
        var connection = dispatcher.NextConnection();
        var channel = new EventChannel(MediaTypes.AcceptsJson(context.Request.Headers.Accept) == true);
        var answer = dispatcher.Subscribe(agent, connection, channel, call);
        if (!answer.IsGranted)
        {
            await Requests.WriteAsync(context.Response, answer).ConfigureAwait(false);
            return;
        }
        await StreamAsync(context, channel, () => dispatcher.ExecutorGone(connection)).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, EventChannel channel, Action gone)
    {
        try
        {
            await channel.WriteToAsync(context.Response, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The subscriber went away: what follows from that is below.
        }
        finally
        {
            gone();
        }
    }

    private string PortsInUse()
    {
        var ip = IPAddress.Parse(options.Ip);
        var taken = Enumerable.Range(options.AgentPort, options.Agents).Prepend(options.Port).Where(IsTaken).ToList();
        var flag = taken.Contains(options.Port) ? "--port" : "--agent-port";
        return $"port {string.Join(", ", taken)} of {options.Ip} is in use; choose another with {flag}";

        bool IsTaken(int port)
        {
            try
            {
                using var listener = new System.Net.Sockets.TcpListener(ip, port);
                listener.Start();
                return false;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return true;
            }
        }
    }
}
