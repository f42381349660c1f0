using System.CommandLine;
using Podctl.Cli;

namespace Podctl.Manifests;

/// <summary>Finds and reads the files that `-f` names: a file, the .yaml, .yml and .json files of a folder, or standard input.</summary>
internal static class ManifestFiles
{
    private const string StandardInput = "-";
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    public static Option<string> CreateOption(bool required) => new("--filename", "-f")
    {
        Description = "a file, a folder (its .yaml, .yml and .json files, in order of name), or - for standard input",
        HelpName = "path",
        Required = required,
    };

    /// <param name="ns">The namespace of objects that name none, and the only one allowed then; null: each as it says.</param>
    public static async Task<IReadOnlyList<ManifestFile>> ReadAsync(string path, string? ns, CancellationToken cancellation)
    {
        var files = new List<ManifestFile>();
        foreach (var name in Find(path))
            files.Add(ManifestFile.Read(name, await ReadBytesAsync(name, cancellation), ns));
        return files.Count > 0 ? files : throw new PodctlException($"{path}: holds no .yaml, .yml or .json file");
    }

    private static IReadOnlyList<string> Find(string path)
    {
        if (path == StandardInput || File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new PodctlException($"{path}: no such file or folder");
        return [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
    }

    private static async Task<byte[]> ReadBytesAsync(string file, CancellationToken cancellation)
    {
        if (file != StandardInput)
            return await File.ReadAllBytesAsync(file, cancellation);
        await using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }
}
