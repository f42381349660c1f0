using System.CommandLine;
using Model.Keys;

namespace Podctl.Cli;

/// <summary>The options that every command that talks to etcd takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string> Etcd = new("--etcd")
    {
        Description = "etcd's client URL; also by PODCTL_ETCD or RECONCILER_ETCD",
        HelpName = "url",
        Recursive = true,
        DefaultValueFactory = _ => Variable("PODCTL_ETCD") ?? Variable("RECONCILER_ETCD") ?? "http://127.0.0.1:2379",
    };

    public static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "what all keys begin with; also by PODCTL_PREFIX or RECONCILER_PREFIX",
        HelpName = "key",
        Recursive = true,
        DefaultValueFactory = _ => Variable("PODCTL_PREFIX") ?? Variable("RECONCILER_PREFIX") ?? KeyLayout.DefaultPrefix,
    };

    public static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "the namespace; where none is given, default",
        HelpName = "name",
        Recursive = true,
    };

    public const string DefaultNamespace = "default";

    public static string NamespaceOf(ParseResult parsed) => parsed.GetValue(Namespace) ?? DefaultNamespace;

    public static KeyLayout KeysOf(ParseResult parsed)
    {
        var prefix = parsed.GetValue(Prefix)!.TrimEnd('/');
        return prefix.Length > 0 ? new KeyLayout(prefix) : throw new PodctlException("--prefix must not be empty");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
