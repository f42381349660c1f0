using Model.Reading;
using Spectre.Console;

namespace Podctl.Output;

/// <summary>A table without lines: columns as wide as their contents, three blanks between. Never wrapped: it is also read by programs.</summary>
internal sealed class Columns
{
    // Wider than any line: the terminal may wrap, a pipe must not.
    private const int NoLimit = 100_000;
    private const int Gap = 3;

    private readonly Table _table = new Table().NoBorder();

    public Columns(params ReadOnlySpan<string> headings)
    {
        foreach (var heading in headings)
            _table.AddColumn(new TableColumn(new Text(heading)).NoWrap().PadLeft(0).PadRight(Gap));
    }

    public void Add(params IEnumerable<string> cells) => _table.AddRow(cells.Select(cell => new Text(Shown.Line(cell))));

    public void Write(TextWriter output)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = NoLimit;
        console.Write(_table);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
            output.WriteLine(line.TrimEnd());
    }
}
