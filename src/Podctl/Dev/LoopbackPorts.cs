using System.Net;
using System.Net.Sockets;
using Podctl.Cli;

namespace Podctl.Dev;

internal static class LoopbackPorts
{
    /// <exception cref="PodctlException">Some are in use or wanted twice: all of them, and how to choose others.</exception>
    public static void RequireFree(IEnumerable<WantedPort> wanted)
    {
        var taken = new HashSet<int>();
        var faults = wanted
            .Where(port => !taken.Add(port.Port) || !IsFree(port.Port))
            .Select(port => FormattableString.Invariant(
                $"port {port.Port}, wanted for {port.Who}, is in use; choose another: {port.Option} PORT (make run: {port.Variable}=PORT)"))
            .ToList();
        if (faults.Count > 0)
            throw new PodctlException(string.Join("\n        ", faults));
    }

    public static int AnyFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
