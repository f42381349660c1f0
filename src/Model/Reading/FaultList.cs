using System.Globalization;
using Model.Reading.Documents;
using Model.Status;

namespace Model.Reading;

/// <summary>
/// Collects every fault and warning of one reading. What is handed out is ordered by place, and bounded: it goes into a status
/// value, and a spec of a thousand faults is understood from the first hundred.
/// </summary>
public sealed class FaultList
{
    public const int MaxListed = 100;

    private readonly List<SpecFault> faults = [];
    private readonly List<SpecFault> warnings = [];

    public bool Any => faults.Count > 0;

    public IReadOnlyList<SpecFault> Faults => Listed(faults, "faults");

    public IReadOnlyList<SpecFault> Warnings => Listed(warnings, "warnings");

    public void Add(string path, string message, int line = 0, int column = 0) => faults.Add(new SpecFault(path, message, line, column));

    public void Add(string path, DocumentNode at, string message) => Add(path, message, at.Line, at.Column);

    public void Warn(string path, DocumentNode at, string message) => warnings.Add(new SpecFault(path, message, at.Line, at.Column));

    private static List<SpecFault> Listed(List<SpecFault> all, string what)
    {
        var ordered = all.OrderBy(f => f.Line).ThenBy(f => f.Column).ThenBy(f => f.Path, StringComparer.Ordinal).ToList();
        if (ordered.Count <= MaxListed)
            return ordered;
        var more = ordered.Count - MaxListed;
        ordered.RemoveRange(MaxListed, more);
        ordered.Add(new SpecFault("", string.Create(CultureInfo.InvariantCulture, $"and {more} more {what}; {MaxListed} are listed"), 0, 0));
        return ordered;
    }
}
