using System.Globalization;
using Model.Pods;

namespace Model.Tests.Reading;

/// <summary>Pods that are good, and otherwise as odd as they may be.</summary>
internal static class RandomPods
{
    private static readonly string[] Texts =
        ["", "yes", "null", "~", "0777", "1e3", "a: b", "- x", "#", "\n", "line\nline\n", " lead", "trail ", "\"quoted\"", "\\", "{}", "ünï", "😀", "\t", "<>&"];

    private static readonly string[] Images = ["busybox", "a/b/c:1", "localhost:5000/x_y.z", "example.test/x@sha256:" + "0123456789abcdef0123456789abcdef"];

    public static Pod Next(Random random) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = Label(random),
            Name = Label(random),
            Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["app"] = "x", ["example.test/" + Label(random)] = "" },
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["note"] = Text(random) },
        },
        Spec = new PodSpec
        {
            Containers = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => NextContainer(random, i))],
            RestartPolicy = (RestartPolicy)random.Next(3),
            TerminationGracePeriodSeconds = random.Next(301),
        },
    };

    private static Container NextContainer(Random random, int index) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"c{index}"),
        Image = Images[random.Next(Images.Length)],
        ImagePullPolicy = (ImagePullPolicy)random.Next(3),
        Command = random.Next(2) == 0 ? null : ["/bin/sh", Text(random)],
        Args = random.Next(2) == 0 ? null : [Text(random), Text(random)],
        WorkingDir = random.Next(2) == 0 ? null : "/" + Label(random),
        Env = [.. Enumerable.Range(0, random.Next(4)).Select(i => new EnvVar($"E{i}", Text(random)))],
        Ports = [.. Enumerable.Range(0, random.Next(3)).Select(i => new ContainerPort
        {
            Name = random.Next(2) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"p{index}-{i}"),
            Port = random.Next(1, 65536),
            HostPort = random.Next(2) == 0 ? 0 : 1000 + (index * 10) + i,
            Protocol = random.Next(2) == 0 ? "TCP" : "UDP",
        })],
        Resources = new ResourceRequirements
        {
            Requests = new ResourceList { Cpu = random.Next(2) == 0 ? null : Quantity.OfMilli(random.Next(1000)), Memory = Quantity.OfMebi(random.Next(6, 64)) },
            Limits = random.Next(2) == 0 ? new() : new() { Cpu = Quantity.OfMilli(random.Next(1000, 9000)), Memory = Quantity.OfMebi(random.Next(64, 999)) },
        },
    };

    private static string Text(Random random) => Texts[random.Next(Texts.Length)] + Texts[random.Next(Texts.Length)];

    private static string Label(Random random) =>
        "n" + new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => "abc-019"[random.Next(7)])]) + "9";
}
