using Model.Reading;

namespace Podctl.Output;

/// <summary>
/// Whoever may write to etcd chooses what keys and values hold; none of it may drive the terminal of the one who looks. One line
/// is shown by <see cref="Shown.Line"/>.
/// </summary>
internal static class Printable
{
    /// <summary>As <see cref="Shown.Line"/>, but line ends and tabs stay.</summary>
    public static string Text(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join('\t', line.Split('\t').Select(Shown.Line))));
}
