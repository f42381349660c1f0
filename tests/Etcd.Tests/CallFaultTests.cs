using System.Net;
using System.Net.Sockets;
using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

/// <summary>What a caller sees of a server that is away, silent, full or not etcd at all.</summary>
public sealed class CallFaultTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Every_call_to_a_paused_server_fails_by_itself_and_works_again_afterwards()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint, Short);
        await using var patient = NewClient(server.Endpoint);
        var lease = await patient.GrantLeaseAsync(TimeSpan.FromSeconds(600));
        var revision = await patient.PutAsync("/k", Bytes("before"));

        server.Pause();
        Func<Task>[] calls =
        [
            () => client.GetAsync("/k"),
            () => client.PutAsync("/k", Bytes("during")),
            () => client.GrantLeaseAsync(Short),
            () => client.KeepLeaseAliveAsync(lease.Id),
            () => client.RevokeLeaseAsync(lease.Id),
            () => client.CompactAsync(revision),
        ];
        foreach (var call in calls)
            await call.Should().ThrowAsync<EtcdUnavailableException>();
        server.Continue();

        await Eventually.TrueAsync("it serves again", async () => await client.GetAsync("/k") is not null);
        await Eventually.TrueAsync("it takes writes again", async () => await client.PutAsync("/after", Bytes("x")) > 0);
    }

    [Fact]
    public async Task A_write_whose_reply_is_lost_is_unavailable_and_is_there()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        await using var direct = NewClient(server.Endpoint);
        await client.PutAsync("/k", Bytes("0"));

        var losing = proxy.LoseReplyAsync(async () => (await direct.GetAsync("/k"))!.Text() == "1");
        await client.Invoking(c => c.PutAsync("/k", Bytes("1"))).Should().ThrowAsync<EtcdUnavailableException>();
        await losing;

        // Version 2: it was put once, the client did not try again.
        (await client.GetAsync("/k")).Should().BeEquivalentTo(new { Version = 2 });
    }

    [Fact]
    public async Task A_write_to_nobody_fails_at_once_and_a_read_waits_for_the_server()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var client = NewClient(server.Endpoint);
        await client.PutAsync("/k", Bytes("x"));
        await server.KillAsync();

        await client.Invoking(c => c.PutAsync("/k", Bytes("y"))).Should().ThrowAsync<EtcdUnavailableException>();
        var read = client.GetAsync("/k");
        await server.StartAgainAsync();

        (await read)!.Text().Should().Be("x");
    }

    [Fact]
    public async Task A_read_from_nobody_ends_with_its_deadline()
    {
        await using var client = NewClient(new Uri($"http://127.0.0.1:{FreePort.Next()}"), Short);

        await client.Invoking(c => c.GetAsync("/k")).Should().ThrowAsync<EtcdUnavailableException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(60_000)]
    public async Task A_read_that_is_cut_off_is_tried_again(int afterBytes)
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        var value = new byte[100_000];
        Array.Fill(value, (byte)7);
        await client.PutAsync("/k", value);

        if (afterBytes == 0)
            proxy.ResetConnections();
        else
            proxy.TruncateReplyAfter(afterBytes);

        (await client.GetAsync("/k"))!.Value.ToArray().Should().Equal(value);
    }

    [Fact]
    public async Task A_slow_network_is_no_fault()
    {
        await using var server = await EtcdServer.StartAsync();
        await using var proxy = new TcpProxy(server.Endpoint) { Delay = TimeSpan.FromMilliseconds(50) };
        await using var client = NewClient(proxy.Endpoint);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.PutAsync($"/k{i}", new byte[10_000])));

        (await client.ListAsync("/k", pageSize: 10)).KeyValues.Should().HaveCount(50);
    }

    [Fact]
    public async Task A_full_store_takes_no_puts_but_deletes()
    {
        await using var server = await EtcdServer.StartAsync("--quota-backend-bytes=10000000");
        await using var client = NewClient(server.Endpoint);
        var fill = async () =>
        {
            // The size that etcd compares is that of its last commit, so it takes some more than the quota.
            for (var i = 0; i < 2000; i++)
                await client.PutAsync($"/k{i}", new byte[100_000]);
        };

        await fill.Should().ThrowAsync<EtcdNoSpaceException>();
        (await client.DeleteAsync("/k0")).Should().BeTrue();
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-something\r\n")]
    [InlineData("")]
    public async Task A_server_that_is_not_etcd_is_an_error_and_no_wait_for_ever(string greeting)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var answering = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(stop.Token);
                await socket.SendAsync(Bytes(greeting), stop.Token);
            }
        });
        await using (var client = NewClient(new Uri($"http://{listener.LocalEndpoint}"), Short))
        {
            await client.Invoking(c => c.GetAsync("/k")).Should().ThrowAsync<EtcdException>();
            await client.Invoking(c => c.PutAsync("/k", Bytes("x"))).Should().ThrowAsync<EtcdException>();
        }
        await stop.CancelAsync();
        await answering.Invoking(a => a).Should().ThrowAsync<OperationCanceledException>();
    }
}
