using System.Globalization;
using Mesos.V1;
using Simulation.Engine;

namespace Simulation.Checks;

/// <summary>How states and markers are written.</summary>
internal static class SimWords
{
    /// <summary>The container's variable that says which spec it was made from.</summary>
    public const string MarkerVariable = "MARKER";

    /// <summary>Mesos' own words: `TASK_RUNNING`.</summary>
    public static string Of(TaskState state) =>
        string.Concat(state.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{c}")).ToUpperInvariant();

    public static int? Marker(this SimContainer container) =>
        container.Config.Environment.FirstOrDefault(e => e.StartsWith(MarkerVariable + "=", StringComparison.Ordinal)) is { } variable
            ? int.Parse(variable[(MarkerVariable.Length + 1)..], CultureInfo.InvariantCulture)
            : null;
}
