namespace Testing;

/// <summary>One etcd for all tests of a class: <c>IClassFixture&lt;EtcdFixture&gt;</c>. Its tests keep to prefixes of their own.</summary>
public sealed class EtcdFixture : IDisposable
{
    // xunit makes fixtures by their constructor. On a pool thread, because xunit's own threads are few and would wait for themselves.
    public EtcdServer Server { get; } = Task.Run(() => EtcdServer.StartAsync()).GetAwaiter().GetResult();

    public void Dispose() => Task.Run(async () => await Server.DisposeAsync()).GetAwaiter().GetResult();
}
