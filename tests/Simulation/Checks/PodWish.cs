namespace Simulation.Checks;

/// <summary>What the containers of a pod do, and so what is to become of it.</summary>
public enum PodFate
{
    /// <summary>Runs until it is told to end.</summary>
    Runs,
    /// <summary>Ends once with 0, and is not to be started again.</summary>
    Succeeds,
    /// <summary>Ends once with another code, and is not to be started again.</summary>
    Fails,
    /// <summary>Ends and is started again, for ever: there is no rest while it is wanted.</summary>
    Crashes,
    /// <summary>Asks for more than any machine has.</summary>
    FitsNowhere,
}

/// <summary>What was last accepted of a pod: a marker that its containers carry in their environment, and its fate.</summary>
public sealed record AcceptedWish(int Marker, PodFate Fate, int Containers);

/// <summary>What the user wants of one pod now.</summary>
/// <param name="Valid">Whether what stands in the spec key can be accepted.</param>
/// <param name="Accepted">The newest valid spec since the key was created; null: there was none.</param>
public sealed record PodWish(bool Valid, AcceptedWish? Accepted);
