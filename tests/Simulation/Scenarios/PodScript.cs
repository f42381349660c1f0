using System.Globalization;
using System.Text;
using Model.Keys;
using Simulation.Checks;

namespace Simulation.Scenarios;

/// <summary>Writes specs as people do, good and bad ones, and remembers what that should come to.</summary>
internal sealed class PodScript(Random random)
{
    private static readonly string[] Bad =
    [
        "", "not: [yaml", "kind: Pod\nspec: {}\n", "spec:\n  containers:\n  - name: a\n    imagee: app:1\n",
        "spec:\n  containers:\n  - {name: a, image: app:1, resources: {limits: {memory: 12Gb}}}\n", "kind: Podd\nspec:\n  containers:\n  - {name: a, image: app:1}\n",
    ];

    private int _marker;

    /// <summary>A new spec, and what the user then wants.</summary>
    public (byte[] Value, PodWish Wish) Next(PodWish? before, bool restless)
    {
        if (random.Next(6) == 0)
            return (Encoding.UTF8.GetBytes(Bad[random.Next(Bad.Length)]), new PodWish(Valid: false, before?.Accepted));
        var fate = random.Next(12) switch
        {
            0 => PodFate.Succeeds,
            1 => PodFate.Fails,
            2 when restless => PodFate.Crashes,
            3 => PodFate.FitsNowhere,
            _ => PodFate.Runs,
        };
        var accepted = new AcceptedWish(++_marker, fate, fate == PodFate.Runs ? random.Next(1, 3) : 1);
        return (Encoding.UTF8.GetBytes(Text(accepted)), new PodWish(Valid: true, accepted));
    }

    private string Text(AcceptedWish wish)
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Pod\nspec:\n");
        text.Append(CultureInfo.InvariantCulture, $"  restartPolicy: {(wish.Fate is PodFate.Succeeds or PodFate.Fails ? "Never" : "Always")}\n");
        text.Append(CultureInfo.InvariantCulture, $"  terminationGracePeriodSeconds: {random.Next(1, 12)}\n  containers:\n");
        for (var i = 0; i < wish.Containers; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - name: c{i}\n    image: app:1\n    command: [{Command(wish.Fate)}]\n");
            text.Append(CultureInfo.InvariantCulture, $"    env: [{{name: {SimWords.MarkerVariable}, value: \"{wish.Marker}\"}}]\n");
            text.Append(CultureInfo.InvariantCulture, $"    resources: {{requests: {{cpu: 100m}}, limits: {{memory: {Memory(wish.Fate)}}}}}\n");
            if (random.Next(2) == 0)
                text.Append(CultureInfo.InvariantCulture, $"    ports: [{{containerPort: {8080 + i}}}]\n");
        }
        return text.ToString();
    }

    private string Memory(PodFate fate) => fate == PodFate.FitsNowhere ? "900Gi" : $"{random.Next(2, 9) * 16}Mi";

    private string Command(PodFate fate)
    {
        var seconds = random.Next(1, 9).ToString(CultureInfo.InvariantCulture);
        return fate switch
        {
            PodFate.Succeeds => $"exit, \"0\", \"{seconds}\"",
            PodFate.Fails or PodFate.Crashes => $"exit, \"3\", \"{seconds}\"",
            _ => random.Next(5) == 0 ? "stubborn" : "run",
        };
    }
}
