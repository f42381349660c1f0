using System.Globalization;
using System.Text;
using Model.Reading.Documents;

namespace Model.Reading;

/// <summary>Values as faults show them: short, on one line, and such that a terminal does nothing strange with them.</summary>
public static class Shown
{
    public const int MaxLength = 60;

    public static string Quoted(string text) => $"\"{Cut(text)}\"";

    public static string Cut(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxLength)
                return shown.Append('…').ToString();
            if (rune.Value is '"' or '\\')
                shown.Append('\\');
            Append(shown, rune);
        }
        return shown.ToString();
    }

    /// <summary>All of a text, on one line, with an escape for what a terminal does not show as it stands but acts on.</summary>
    public static string Line(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Append(shown, rune);
        return shown.ToString();
    }

    /// <summary>A node in words: `the string "80x"`, `a list`.</summary>
    /// <param name="hidden">Only what it is: the value is nobody's business.</param>
    public static string Node(DocumentNode node, bool hidden = false) => node switch
    {
        MappingNode => "a mapping",
        SequenceNode => "a list",
        ScalarNode { Kind: ScalarKind.Null } => "null",
        ScalarNode { Kind: ScalarKind.Boolean } scalar => hidden ? "a boolean" : $"the boolean {scalar.Text}",
        ScalarNode { Kind: ScalarKind.WholeNumber or ScalarKind.Number } scalar => hidden ? "a number" : $"the number {Cut(scalar.Text)}",
        ScalarNode { Kind: ScalarKind.Ambiguous } scalar => hidden ? "a bare word" : $"the bare word {Cut(scalar.Text)}",
        ScalarNode scalar => hidden ? "a string" : $"the string {Quoted(scalar.Text)}",
        _ => "something else",
    };

    private static void Append(StringBuilder shown, Rune rune)
    {
        if (rune.Value is '\n')
            shown.Append("\\n");
        else if (Invisible(rune))
            shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else
            shown.Append(rune);
    }

    private static bool Invisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
