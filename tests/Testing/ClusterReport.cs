using System.Text;
using Etcd;
using Model.Keys;

namespace Testing;

/// <summary>What the parts of a cluster have to say when a test has failed.</summary>
internal static class ClusterReport
{
    private const int Lines = 60;

    public static async Task<string> WriteAsync(IEtcd etcd, KeyLayout keys, IEnumerable<ServiceProcess> processes, string sandboxes)
    {
        var report = new StringBuilder();
        await AppendKeysAsync(report, etcd, keys);
        foreach (var process in processes.DistinctBy(p => p.Log))
            AppendFile(report, process.Name, process.Log);
        if (Directory.Exists(sandboxes))
        {
            foreach (var file in Directory.EnumerateFiles(sandboxes, "std*", SearchOption.AllDirectories).Where(f => !f.Contains("/latest/", StringComparison.Ordinal)))
                AppendFile(report, "executor", file);
        }
        return report.ToString();
    }

    private static async Task AppendKeysAsync(StringBuilder report, IEtcd etcd, KeyLayout keys)
    {
        try
        {
            foreach (var pair in (await etcd.ListAsync(keys.Prefix + "/")).KeyValues)
                report.Append(pair.Key).Append(" = ").Append(Encoding.UTF8.GetString(pair.Value.Span)).Append('\n');
        }
        catch (EtcdException e)
        {
            report.Append("etcd: ").Append(e.Message).Append('\n');
        }
    }

    private static void AppendFile(StringBuilder report, string name, string path)
    {
        if (!File.Exists(path))
            return;
        report.Append("---- ").Append(name).Append(": ").Append(path).Append('\n');
        foreach (var line in File.ReadLines(path).TakeLast(Lines))
            report.Append(line).Append('\n');
    }
}
