using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Model.Keys;

namespace Model.Assignments;

/// <summary>Ids are computed, so that a leader that comes to the same decision twice comes to the same id.</summary>
public static class TaskIds
{
    /// <summary>Of one incarnation: 12 hexadecimal digits of a hash over pod, the spec's create revision and the attempt.</summary>
    public static string Uid(PodKey pod, long specCreateRevision, int attempt) =>
        Hash(string.Create(CultureInfo.InvariantCulture, $"{pod.Namespace}/{pod.Name}/{specCreateRevision}/{attempt}"));

    /// <summary>`{ns}.{pod}.{uid}`; labels hold no dot, so it can be taken apart.</summary>
    public static string OfPod(PodKey pod, string uid) => $"{pod.Namespace}.{pod.Name}.{uid}";

    /// <summary>The task that keeps an agent's executor alive; three parts too, of which the first is no namespace: it is upper case.</summary>
    public static string OfNode(string agentId, int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"NODE.{agentId}.{generation}");

    public static (PodKey Pod, string Uid)? PodOf(string taskId) => taskId.Split('.') switch
    {
        ["NODE", ..] => null,
        [{ Length: > 0 } ns, { Length: > 0 } name, { Length: > 0 } uid] => (new PodKey(ns, name), uid),
        _ => null,
    };

    public static bool IsNode(string taskId) => taskId.StartsWith("NODE.", StringComparison.Ordinal);

    public static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
}
