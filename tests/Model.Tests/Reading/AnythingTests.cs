using System.Globalization;
using System.Text;
using Model.Keys;
using Model.Pods;
using Model.Reading;

namespace Model.Tests.Reading;

/// <summary>Whatever is put, it is answered: no exception, no endless answer. One seed makes each case again.</summary>
public sealed class AnythingTests
{
    private static readonly PodKey Key = new("default", "hello");

    private const string Signs = "\n :-[]{}\"'#&*!|>\t0a";

    private static readonly byte[][] Good =
    [
        .. Directory.GetFiles(Repository.Of("crds-like-specs", "examples"), "*.yaml").Order().Select(File.ReadAllBytes),
        ModelJson.Write(PodReader.Read(Key, File.ReadAllBytes(Repository.Of("crds-like-specs", "examples", "hello.yaml"))).Pod!),
    ];

    [Fact]
    public void Random_bytes_are_answered()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Answered(bytes, seed);
        }
    }

    [Fact]
    public void Random_text_of_the_language_is_answered()
    {
        string[] words =
        [
            "spec", "containers", "name", "image", "metadata", ":", ": ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "\"", "'", "|\n", ">\n", "&a ", "*a",
            "!!int ", "!", "#", "?", "? ", "---\n", "...\n", "%YAML 1.2\n", "<<", "~", "null", "1", "-1", "0x1", "1e9", "\\u0000", "\\", "\t", "\r\n", "é", "\U0001F600", "@", "`", "80",
        ];
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(random.Next(4) == 0 ? "{" : "");
            for (var i = random.Next(60); i > 0; i--)
                text.Append(words[random.Next(words.Length)]);
            Answered(Encoding.UTF8.GetBytes(text.ToString()), seed);
        }
    }

    [Fact]
    public void A_good_spec_with_some_bytes_changed_is_answered()
    {
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var bytes = Good[random.Next(Good.Length)].ToList();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at - 1));
                        break;
                    case 2:
                        bytes.Insert(at, (byte)Signs[random.Next(Signs.Length)]);
                        break;
                    default:
                        bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(random.Next(40)).ToList());
                        break;
                }
            }
            Answered([.. bytes], seed);
        }
    }

    [Theory]
    [InlineData("[", 0)]
    [InlineData("{\"a\":", 0)]
    [InlineData("- ", 0)]
    [InlineData("? ", 0)]
    [InlineData("a: [", 0)]
    [InlineData("a: {b, ", 0)]
    [InlineData("!", 1)]
    [InlineData("&a ", 1)]
    [InlineData("\"", 0)]
    [InlineData("'", 0)]
    [InlineData("#", 0)]
    [InlineData("---\n", 0)]
    [InlineData("|\n ", 0)]
    [InlineData("a: b\n", 0)]
    [InlineData("x", 1)]
    [InlineData("\n", 1)]
    public void The_same_thing_over_and_over_up_to_the_limit_is_answered(string piece, int seed) => Answered(
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 256 * 1024 / piece.Length))), seed);

    [Fact]
    public void A_random_good_pod_written_as_JSON_reads_back_the_same()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var pod = RandomPods.Next(new Random(seed));

            var reading = PodReader.Read(new PodKey(pod.Metadata.Namespace, pod.Metadata.Name), ModelJson.Write(pod));

            reading.Faults.Should().BeEmpty($"of seed {seed}");
            reading.Warnings.Should().BeEmpty($"of seed {seed}");
            // Lists and dictionaries in records compare by reference, so the bytes are compared.
            Encoding.UTF8.GetString(ModelJson.Write(reading.Pod!)).Should().Be(Encoding.UTF8.GetString(ModelJson.Write(pod)), $"of seed {seed}");
            SpecHash.Of(reading.Pod!.Spec).Should().Be(SpecHash.Of(pod.Spec));
        }
    }

    private static void Answered(byte[] bytes, int seed)
    {
        var because = string.Create(CultureInfo.InvariantCulture, $"of seed {seed}");
        var reading = PodReader.Read(Key, bytes);
        var manifest = ManifestReader.Read(bytes);

        // Asserted by hand: a fluent assertion for each of some ten thousand cases takes longer than the reading.
        if ((reading.Pod is null) != (reading.Faults.Count > 0))
            Assert.Fail($"neither a pod nor a fault, {because}");
        foreach (var fault in reading.Faults.Concat(reading.Warnings).Concat(manifest.Faults))
        {
            if (fault.Message.Length is 0 or > 700 || fault.Path.Length > 700 || fault.Line < 0 || fault.Column < 0)
                Assert.Fail($"an answer without bounds, {because}: {fault}");
        }
        if (reading.Pod is { } pod && PodReader.Read(Key, ModelJson.Write(pod)).Faults.Count > 0)
            Assert.Fail($"accepted, but not when written as JSON, {because}");
    }
}
