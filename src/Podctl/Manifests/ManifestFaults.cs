using Podctl.Output;

namespace Podctl.Manifests;

internal static class ManifestFaults
{
    /// <summary>Writes every fault, a line each, and the warnings to stderr. True where there is a fault.</summary>
    public static bool Report(IReadOnlyList<ManifestFile> files, TextWriter faults)
    {
        foreach (var file in files)
        {
            foreach (var warning in file.Reading.Warnings)
                Console.Error.WriteLine($"warning: {FaultLine.Of(warning, file.Name)}");
            foreach (var fault in file.Faults)
                faults.WriteLine(FaultLine.Of(fault, file.Name));
        }
        return files.Any(file => file.Faults.Any());
    }
}
