using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Docker;
using NodeAgent.Agent;

namespace NodeAgent.Sandbox;

/// <summary>
/// The image of the sandbox, made here and imported once a machine: one file, <see cref="PauseProgram"/>. Named by its content, so
/// that agents of different versions beside each other never mean different things by one name.
/// </summary>
internal sealed class SandboxImage(NodeAgentEdges edges)
{
    private const string Repository = "reconciler/sandbox";
    private static readonly string[] Changes = ["ENTRYPOINT [\"/pause\"]"];
    private static readonly byte[] Program = PauseProgram.Build();
    private static readonly string Tag = Convert.ToHexStringLower(SHA256.HashData(Program))[..12];

    private Task? _importing;

    public string Reference { get; } = $"{Repository}:{Tag}";

    /// <summary>Imports the image; callers at the same time share one import.</summary>
    public async Task ImportAsync(CancellationToken cancellation)
    {
        _importing ??= ImportOnceAsync(cancellation);
        try
        {
            await _importing;
        }
        finally
        {
            _importing = null;
        }
    }

    private async Task ImportOnceAsync(CancellationToken cancellation)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new DockerException(
                $"pods of several containers are not supported on {RuntimeInformation.ProcessArchitecture}: "
                + "the sandbox's program is for x86-64", 501);
        using var tar = Tar();
        await edges.Docker.ImportImageAsync(tar, Repository, Tag, Changes, cancellation);
    }

    private static MemoryStream Tar()
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "pause")
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
                    | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                ModificationTime = DateTimeOffset.UnixEpoch,
                DataStream = new MemoryStream(Program),
            });
        }
        bytes.Position = 0;
        return bytes;
    }
}
