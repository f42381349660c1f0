using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Docker;

namespace Testing;

/// <summary>
/// The image that test containers run: Debian's static busybox with links for its applets, so that no registry is needed.
/// Named by its content and left in the Engine, so that it is made once a machine.
/// </summary>
public static class BusyboxImage
{
    private const string Busybox = "/bin/busybox";
    private const string Repository = "reconciler-test/busybox";
    private static readonly string[] Changes = ["ENV PATH=/bin", "CMD [\"sh\"]", "LABEL reconciler.test=image"];
    private static readonly string[] Applets =
    [
        "awk", "base64", "cat", "chmod", "cp", "cut", "date", "dd", "echo", "env", "expr", "false", "find", "grep", "head",
        "hostname", "httpd", "id", "ip", "kill", "ln", "ls", "mkdir", "mkfifo", "mount", "mv", "nc", "nslookup", "od", "ping",
        "printf", "ps", "pwd", "readlink", "rm", "sed", "seq", "sh", "sha256sum", "sleep", "sort", "stat", "tail", "tee", "test",
        "timeout", "top", "touch", "tr", "true", "uname", "usleep", "wc", "wget", "which", "xargs", "yes",
    ];
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>The image's reference; imports it first where the Engine does not have it.</summary>
    public static async Task<string> EnsureAsync(IDockerEngine engine)
    {
        if (!File.Exists(Busybox))
            throw new InvalidOperationException($"These tests need {Busybox}: apt-get install busybox-static");
        var tar = Tar();
        var tag = Convert.ToHexStringLower(SHA256.HashData([.. tar, .. Encoding.UTF8.GetBytes(string.Join('\n', Changes))]))[..16];
        await OneAtATime.WaitAsync();
        try
        {
            // Test projects run beside each other: two imports would leave one image without a name.
            using var others = await LockAsync();
            if (await engine.InspectImageAsync($"{Repository}:{tag}") is null)
                await engine.ImportImageAsync(new MemoryStream(tar), Repository, tag, Changes);
            return $"{Repository}:{tag}";
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>The image's root file system. The same busybox makes the same bytes.</summary>
    public static byte[] Tar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            Add(tar, TarEntryType.Directory, "bin", 0b111_101_101);
            Add(tar, TarEntryType.Directory, "etc", 0b111_101_101);
            Add(tar, TarEntryType.Directory, "www", 0b111_101_101);
            Add(tar, TarEntryType.Directory, "tmp", 0b1_111_111_111);
            Add(tar, TarEntryType.RegularFile, "bin/busybox", 0b111_101_101, File.ReadAllBytes(Busybox));
            foreach (var applet in Applets)
                Add(tar, TarEntryType.SymbolicLink, "bin/" + applet, 0b111_111_111, link: "busybox");
            Add(tar, TarEntryType.RegularFile, "etc/passwd", 0b110_100_100,
                "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"u8.ToArray());
            Add(tar, TarEntryType.RegularFile, "etc/group", 0b110_100_100, "root:x:0:\nnogroup:x:65534:\n"u8.ToArray());
            Add(tar, TarEntryType.RegularFile, "www/index.html", 0b110_100_100, "hello from busybox\n"u8.ToArray());
        }
        return bytes.ToArray();
    }

    private static void Add(TarWriter tar, TarEntryType type, string name, int mode, byte[]? data = null, string? link = null)
    {
        var entry = new UstarTarEntry(type, name) { Mode = (UnixFileMode)mode, ModificationTime = DateTimeOffset.UnixEpoch };
        if (data is not null)
            entry.DataStream = new MemoryStream(data);
        if (link is not null)
            entry.LinkName = link;
        tar.WriteEntry(entry);
    }

    private static Task<FileStream> LockAsync() =>
        Eventually.GetAsync<FileStream>("the lock on making the busybox image", () => Task.FromResult<FileStream?>(new FileStream(
            Path.Combine(Path.GetTempPath(), "reconciler-test-busybox.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)),
            TimeSpan.FromMinutes(1));
}
