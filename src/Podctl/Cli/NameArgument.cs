using System.CommandLine;

namespace Podctl.Cli;

/// <summary>Arguments that are names of objects. What looks like an option is not one: a misspelt option is told, not looked up.</summary>
internal static class NameArgument
{
    public static Argument<string?> Optional(string description) => Checked(new Argument<string?>("name") { Description = description, Arity = ArgumentArity.ZeroOrOne });

    public static Argument<string> One(string description) => Checked(new Argument<string>("name") { Description = description });

    public static Argument<string[]> Several(string description) => Checked(new Argument<string[]>("name") { Description = description, Arity = ArgumentArity.OneOrMore });

    private static T Checked<T>(T argument)
        where T : Argument
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.StartsWith('-')))
                result.AddError($"There is no option {token.Value} here.");
        });
        return argument;
    }
}
