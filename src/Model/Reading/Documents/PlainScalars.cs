using System.Text.RegularExpressions;

namespace Model.Reading.Documents;

/// <summary>
/// What a plain (unquoted) scalar of YAML is, by the core schema of YAML 1.2. What Kubernetes' reader, which follows YAML 1.1,
/// would take for something else is <see cref="ScalarKind.Ambiguous"/>: nobody should have to know which of them we are.
/// </summary>
public static partial class PlainScalars
{
    // Longer plain scalars are strings; it bounds what the patterns have to look at.
    private const int MaxNumberLength = 400;

    public static ScalarKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        "yes" or "Yes" or "YES" or "no" or "No" or "NO" or "on" or "On" or "ON" or "off" or "Off" or "OFF"
            or "y" or "Y" or "n" or "N" => ScalarKind.Ambiguous,
        { Length: > MaxNumberLength } => ScalarKind.Text,
        _ when Integer().IsMatch(text) => ScalarKind.WholeNumber,
        _ when Number().IsMatch(text) => ScalarKind.Number,
        _ when OtherBase().IsMatch(text) => ScalarKind.Ambiguous,
        _ => ScalarKind.Text,
    };

    /// <summary>Why a scalar is ambiguous.</summary>
    public static string WhyAmbiguous(string text) => char.IsAsciiLetter(text[0])
        ? "YAML 1.1 reads it as a boolean"
        : "YAML 1.1 and 1.2 read it as different numbers";

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[-+]?(0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?)\z")]
    private static partial Regex OtherBase();
}
