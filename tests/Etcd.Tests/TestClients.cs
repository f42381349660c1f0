using System.Text;

namespace Etcd.Tests;

internal static class TestClients
{
    public static EtcdClient NewClient(Uri endpoint, TimeSpan? deadline = null) => new(new EtcdClientOptions
    {
        Endpoint = endpoint,
        CallDeadline = deadline ?? TimeSpan.FromSeconds(20),
        BackoffLongest = TimeSpan.FromMilliseconds(200),
    });

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this KeyValue kv) => Encoding.UTF8.GetString(kv.Value.Span);
}
