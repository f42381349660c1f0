using System.Diagnostics;
using Testing;
using static Etcd.Tests.TestClients;

namespace Etcd.Tests;

public sealed class PrefixEndTests(EtcdFixture etcd) : IClassFixture<EtcdFixture>
{
    [Theory]
    [InlineData("/a/")]
    [InlineData("a")]
    [InlineData("~")]
    [InlineData("\u007f")]
    [InlineData("x\u007f")]
    [InlineData("é")]
    [InlineData("x\u07ff")]
    [InlineData("x\ud7ff")]
    [InlineData("x\uffff")]
    [InlineData("x\U000103ff")]
    [InlineData("x\U0010ffff")]
    [InlineData("\U0010ffff")]
    public async Task Lists_the_same_keys_as_etcdctl(string prefix)
    {
        await using var client = NewClient(etcd.Server.Endpoint);
        string[] next = ["", "0", "\u007f", "\u07ff", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"];
        string[] stems = [prefix, "", "w", "x", "y", "x\u07fe", "x\u0800", "x\ue000", "x\U00010000", "x\U00010400", "/a", "/a0", "/b"];
        foreach (var key in stems.SelectMany(s => next.Select(n => s + n)).Where(k => k.Length > 0).Distinct())
            await client.PutAsync(key, Bytes(""));

        var list = await client.ListAsync(prefix);

        var expected = EtcdctlKeys(prefix);
        expected.Should().NotBeEmpty();
        list.KeyValues.Select(kv => kv.Key).Should().Equal(expected);
    }

    [Fact]
    public void Refuses_what_is_no_prefix()
    {
        // Attributes cannot carry half of a surrogate pair.
        foreach (var prefix in new[] { "", "x\ud800", "\udc00" })
        {
            var end = () => EtcdKey.PrefixEnd(prefix);
            end.Should().Throw<ArgumentException>();
        }
    }

    private string[] EtcdctlKeys(string prefix)
    {
        var start = new ProcessStartInfo("etcdctl", [$"--endpoints={etcd.Server.Endpoint.Authority}", "get", "--prefix", "--keys-only", prefix])
        {
            RedirectStandardOutput = true,
            Environment = { ["ETCDCTL_API"] = "3" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0);
        // Each key is followed by an empty line.
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
