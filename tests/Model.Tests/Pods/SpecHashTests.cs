using System.Text;
using Model.Keys;
using Model.Pods;
using Model.Reading;

namespace Model.Tests.Pods;

public sealed class SpecHashTests
{
    private const string Spec = """
        spec:
          containers:
            - name: web
              image: busybox
              command: [httpd, -f]
              env: [{name: A, value: "1"}]
              ports: [{containerPort: 8080}]
              resources: {requests: {cpu: 1, memory: 64Mi}}
        """;

    [Fact]
    public void The_hash_of_a_known_spec_never_changes()
    {
        // A change here means that an upgrade of the reconciler restarts every pod of every cluster.
        HashOf(Spec).Should().Be("b7a4f0bb4c23");
    }

    [Theory]
    [InlineData("metadata: {labels: {a: b}, annotations: {c: d}}\n")]
    [InlineData("# a comment\napiVersion: v1\nkind: Pod\n")]
    public void Metadata_and_comments_have_no_part_in_it(string head) => HashOf(head + Spec).Should().Be(HashOf(Spec));

    [Theory]
    [InlineData("cpu: 1,", "cpu: 1000m,")]
    [InlineData("memory: 64Mi", "memory: \"67108864\"")]
    [InlineData("containerPort: 8080", "containerPort: 8080, hostPort: 0, protocol: TCP")]
    public void The_same_said_otherwise_is_the_same(string before, string after) =>
        HashOf(Spec.Replace(before, after, StringComparison.Ordinal)).Should().Be(HashOf(Spec));

    [Theory]
    [InlineData("image: busybox", "image: busybox:2")]
    [InlineData("cpu: 1,", "cpu: 1001m,")]
    [InlineData("memory: 64Mi", "memory: 65Mi")]
    [InlineData("value: \"1\"", "value: \"2\"")]
    [InlineData("containerPort: 8080", "containerPort: 8080, hostPort: 31000")]
    [InlineData("[httpd, -f]", "[httpd -f]")]
    public void Whatever_decides_how_it_runs_changes_it(string before, string after) =>
        HashOf(Spec.Replace(before, after, StringComparison.Ordinal)).Should().NotBe(HashOf(Spec));

    private static string HashOf(string yaml)
    {
        var reading = PodReader.Read(new PodKey("default", "case"), Encoding.UTF8.GetBytes(yaml));
        reading.Faults.Should().BeEmpty();
        return SpecHash.Of(reading.Pod!.Spec);
    }
}
