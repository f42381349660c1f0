namespace Podctl.Cli;

/// <summary>A failure that the user is told in the message's own words, without a stack trace.</summary>
internal sealed class PodctlException(string message) : Exception(message);
