using System.Text;

namespace Model.Tests.Reading;

/// <summary>Inputs of golden cases that are made rather than stored, by the name of the case.</summary>
internal static class MadeInputs
{
    private const string Head = "spec:\n  containers:\n";

    public static byte[] Of(string name) => name switch
    {
        "empty-value" => [],
        "blank-value" => "  \n\n\t\n"u8.ToArray(),
        "utf8-invalid" => [.. "metadata:\n  name: case\nspec: "u8, 0xC3, 0x28],
        "utf16-text" => Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("spec: {}")).ToArray(),
        "nul-raw" => Encoding.UTF8.GetBytes($"{Head}    - name: web\n      image: busy\0box\n"),
        "control-raw" => Encoding.UTF8.GetBytes($"{Head}    - name: web\n      image: busy\u001bbox\n"),
        "value-over-256KiB" => Encoding.UTF8.GetBytes($"{Head}    - name: web\n      image: busybox\n# {new string('x', 256 * 1024)}\n"),
        "environment-3MB" => Encoding.UTF8.GetBytes($"{Head}    - name: web\n      image: busybox\n      env:\n        - name: BIG\n          value: {new string('x', 3_000_000)}\n"),
        "environment-over-128KiB" => Encoding.UTF8.GetBytes(
            $"{Head}    - name: web\n      image: busybox\n      env:\n"
            + string.Concat(Enumerable.Range(0, 20).Select(i => $"        - name: BIG{i}\n          value: {new string('x', 10_000)}\n"))),
        "args-over-128KiB" => Encoding.UTF8.GetBytes($"{Head}    - name: web\n      image: busybox\n      args: [{new string('x', 140_000)}]\n"),
        "containers-1001" => Encoding.UTF8.GetBytes(
            Head + string.Concat(Enumerable.Range(0, 1001).Select(i => $"    - name: c{i}\n      image: busybox\n"))),
        "faults-1000" => Encoding.UTF8.GetBytes("spec:\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"  bad{i}: x\n"))),
        "nested-yaml" => Encoding.UTF8.GetBytes($"spec:\n  containers: {new string('[', 40)}{new string(']', 40)}\n"),
        "nested-json" => Encoding.UTF8.GetBytes($"{{\"spec\": {{\"containers\": {new string('[', 100_000)}{new string(']', 100_000)}}}}}"),
        _ => throw new ArgumentException($"the case {name} has neither an input file nor a maker", nameof(name)),
    };
}
