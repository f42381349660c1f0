using System.CommandLine;
using Podctl.Cli;

namespace Podctl.Commands;

internal static class RootCommandTree
{
    public static RootCommand Build()
    {
        var root = new RootCommand(
            """
            podctl: pods on Mesos, by what stands in etcd.

            Exit codes: 0 done; 1 refused, not found or not reached (one line on stderr says what); 2 wrong command line.
            """)
        {
            ApplyCommand.Create(),
            GetCommand.Create(),
            DescribeCommand.Create(),
            DeleteCommand.Create(),
            ValidateCommand.Create(),
            WatchCommand.Create(),
            DevCommand.Create(),
            VersionCommand.Create(),
        };
        root.Options.Add(GlobalOptions.Etcd);
        root.Options.Add(GlobalOptions.Prefix);
        root.Options.Add(GlobalOptions.Namespace);
        return root;
    }
}
