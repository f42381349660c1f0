namespace Podctl.Cli;

/// <summary>What podctl's exit code says; `podctl --help` lists them.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    /// <summary>Something was refused, not found or could not be reached; one line on stderr says what.</summary>
    public const int Failure = 1;
    /// <summary>The command line itself is wrong; nothing was done.</summary>
    public const int Usage = 2;
    /// <summary>Ended by SIGINT before it was done.</summary>
    public const int Interrupted = 130;
}
