using System.CommandLine;
using System.Net.Sockets;
using Etcd;
using Model.Keys;

namespace Podctl.Cli;

/// <summary>A connection to the etcd that the command line names, and the layout of its keys.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(3);
    private readonly EtcdClient _client;

    private Connection(EtcdClient client, KeyLayout keys) => (_client, Keys) = (client, keys);

    public IEtcd Etcd => _client;

    public KeyLayout Keys { get; }

    /// <exception cref="PodctlException">The URL is none, or nothing listens there.</exception>
    public static async Task<Connection> OpenAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var keys = GlobalOptions.KeysOf(parsed);
        var text = parsed.GetValue(GlobalOptions.Etcd)!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme != Uri.UriSchemeHttp)
            throw new PodctlException($"--etcd {text}: not a URL such as http://127.0.0.1:2379");
        await ProbeAsync(endpoint, cancellation);
        return new Connection(new EtcdClient(new EtcdClientOptions { Endpoint = endpoint }), keys);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    // The client tries again until its deadline, as a daemon should; a person wants to be told at once.
    private static async Task ProbeAsync(Uri endpoint, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(ConnectDeadline);
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(endpoint.DnsSafeHost, endpoint.Port, deadline.Token);
        }
        catch (SocketException e)
        {
            throw NoEtcd(endpoint, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw NoEtcd(endpoint, $"no answer within {ConnectDeadline.TotalSeconds:0} s");
        }
    }

    private static PodctlException NoEtcd(Uri endpoint, string why) =>
        new($"no etcd at {endpoint.GetLeftPart(UriPartial.Authority)}: {why} (--etcd or PODCTL_ETCD names another)");
}
