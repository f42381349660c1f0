using System.Net.Sockets;
using System.Net.Http.Json;
using System.Text.Json;
using Testing;

namespace Docker.Tests;

/// <summary>The Engine asked without the client under test: what it really holds.</summary>
internal static class RawEngine
{
    public static HttpClient Connect() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(DockerDaemon.SocketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://docker") };

    public static async Task<JsonElement> GetAsync(string path)
    {
        using var http = Connect();
        return await http.GetFromJsonAsync<JsonElement>(path);
    }

    public static async Task<JsonElement> PostAsync(string path, object body)
    {
        using var http = Connect();
        using var answer = await http.PostAsJsonAsync(path, body, new JsonSerializerOptions());
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
