using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Etcd;
using Podctl.Output;

namespace Podctl.Cli;

/// <summary>Runs the command that the arguments name, and turns whatever goes wrong into one line and an exit code.</summary>
internal static class Application
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        // All of the help would hide the one line that says what is wrong.
        if (parsed.Action is ParseErrorAction action)
            action.ShowHelp = args.Length == 0;
        using var cancellation = new CancellationTokenSource();
        var interrupted = false;
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted = true;
            cancellation.Cancel();
        }
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        try
        {
            // Signals are ours: `dev` needs longer to end than the library would wait.
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellation.Token);
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (OperationCanceledException) when (interrupted)
        {
            return ExitCodes.Interrupted;
        }
        catch (PodctlException e)
        {
            return Fail(e.Message);
        }
        catch (EtcdException e)
        {
            return Fail($"etcd at {parsed.GetValue(GlobalOptions.Etcd)}: {e.Message}");
        }
        catch (IOException e)
        {
            return Fail(e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(e.Message);
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"podctl: {Printable.Text(message)}");
        return ExitCodes.Failure;
    }
}
