using Podctl.Cli;
using Podctl.Commands;

return await Application.RunAsync(RootCommandTree.Build(), args);
