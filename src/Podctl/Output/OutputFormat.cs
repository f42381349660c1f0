using System.CommandLine;

namespace Podctl.Output;

internal enum OutputFormat { Table, Wide, Json, Yaml, Name }

internal static class OutputOption
{
    public static Option<OutputFormat> Create(params OutputFormat[] allowed)
    {
        var names = string.Join(", ", allowed.Select(f => f.ToString().ToLowerInvariant()));
        return new Option<OutputFormat>("--output", "-o")
        {
            Description = $"how to show it: {names}; where none is given, {allowed[0].ToString().ToLowerInvariant()}",
            HelpName = "format",
            DefaultValueFactory = _ => allowed[0],
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var at = Array.FindIndex(allowed, f => f.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
                if (at >= 0)
                    return allowed[at];
                result.AddError($"-o {text}: not one of {names}");
                return allowed[0];
            },
        };
    }
}
