using System.Globalization;

namespace NodeAgent.Pods;

/// <summary>
/// Names of containers in Docker: `{task id}.{container}`, and `.{n}` after its n-th restart. Container names of a spec are DNS labels,
/// so the sandbox's underscore keeps it apart from a container that is called sandbox.
/// </summary>
internal static class ContainerNames
{
    public static string Of(string taskId, string container, int restartCount) =>
        Numbered($"{taskId}.{container}", restartCount);

    public static string OfSandbox(string taskId, int restartCount) => Numbered($"{taskId}._sandbox", restartCount);

    private static string Numbered(string name, int restartCount) =>
        restartCount == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}.{restartCount}");
}
