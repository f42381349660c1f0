using Docker;
using Model.Assignments;

namespace NodeAgent.Pods;

/// <summary>Creates a container, or finds the one that an earlier create made whose reply was lost.</summary>
internal static class ContainerCreation
{
    private static readonly string[] Identity =
        [ContainerLabels.Run, ContainerLabels.Uid, ContainerLabels.Container, ContainerLabels.RestartCount];

    /// <returns>Docker's id.</returns>
    /// <exception cref="DockerException">409 where somebody else's container has the name: it is left as it is.</exception>
    public static async Task<string> CreateOrAdoptAsync(
        IDockerEngine docker, string name, ContainerConfig config, CancellationToken cancellation)
    {
        try
        {
            return await docker.CreateContainerAsync(name, config, cancellation);
        }
        catch (DockerException e) when (e.StatusCode == 409)
        {
            if (await docker.InspectContainerAsync(name, cancellation) is not { } found)
                throw; // Gone between the two calls: the next try creates it.
            if (!Identity.All(label => found.Labels.GetValueOrDefault(label) == config.Labels[label]))
            {
                var id = found.Id[..Math.Min(12, found.Id.Length)];
                throw new DockerException($"the name {name} is taken by container {id}, which is not ours", 409);
            }
            if (config.NetworkMode is null || found.State.Running)
                return found.Id;
            // It may have been made to join a sandbox that is gone by now, which nothing in its answer tells.
            await docker.RemoveContainerAsync(found.Id, force: true, cancellation);
            return await docker.CreateContainerAsync(name, config, cancellation);
        }
    }
}
