using Model.Reading;
using Model.Status;

namespace Podctl.Manifests;

/// <summary>One file of manifests as it was read, with what the command line demands of it besides.</summary>
/// <param name="Name">As the user named it; `-` for standard input.</param>
internal sealed record ManifestFile(string Name, ManifestReading Reading, IReadOnlyList<SpecFault> MoreFaults)
{
    public IEnumerable<SpecFault> Faults => Reading.Faults.Concat(MoreFaults);

    /// <param name="ns">The namespace of objects that name none, and the only one allowed then; null: each as it says.</param>
    public static ManifestFile Read(string name, ReadOnlyMemory<byte> bytes, string? ns)
    {
        var reading = ManifestReader.Read(bytes, ns ?? ManifestReader.DefaultNamespace);
        var elsewhere = reading.Objects
            .Where(one => ns is not null && one.Namespace != ns)
            .Select(one => new SpecFault("metadata.namespace", $"is '{one.Namespace}', but --namespace asks for '{ns}'", one.Line, 1));
        return new ManifestFile(name, reading, [.. elsewhere]);
    }
}
