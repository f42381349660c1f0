using System.Globalization;
using Model.Reading;
using Model.Status;

namespace Podctl.Output;

/// <summary>One fault in one line, with its place first, as compilers and editors expect it.</summary>
internal static class FaultLine
{
    /// <param name="file">Where the place is in a file; null: only line and column are told.</param>
    public static string Of(SpecFault fault, string? file = null)
    {
        var place = fault.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{fault.Line}:{fault.Column}") : null;
        string[] parts = [.. new[] { file, place }.OfType<string>()];
        var message = fault.Path.Length > 0 ? $"{fault.Path}: {fault.Message}" : fault.Message;
        return Shown.Line(parts.Length == 0 ? message : $"{string.Join(':', parts)}: {message}");
    }
}
