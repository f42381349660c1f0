using System.Globalization;

namespace Benchmarks;

/// <summary>One row of the table: a figure, and what is aimed at.</summary>
internal sealed record Result(string What, double Value, string Unit, string Aim, string Detail = "")
{
    /// <summary>The median of the ratios, pair by pair: a machine whose speed drifts changes both sides of a pair.</summary>
    public static Result OfPairs(string what, List<double> ours, List<double> peers, string unit, string aim) =>
        new(what, Median([.. ours.Zip(peers, (our, peer) => our / peer)]), "×", aim,
            string.Create(CultureInfo.InvariantCulture, $"medians {Median(ours):0} {unit} / {Median(peers):0} {unit}, {ours.Count} pairs"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{What,-52} {Value,7:0.00} {Unit,-11}  aim {Aim,-5} {Detail}");

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
