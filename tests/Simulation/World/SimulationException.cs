namespace Simulation.World;

/// <summary>A rule of the world or an invariant is broken; the message says which, and when.</summary>
public sealed class SimulationException : Exception
{
    public SimulationException() { }
    public SimulationException(string message) : base(message) { }
    public SimulationException(string message, Exception? inner) : base(message, inner) { }
}
