using LocalMesos.Host;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(LocalMesosOptions.Usage);
    return 0;
}
try
{
    await using var server = new Server(LocalMesosOptions.Parse(args));
    await server.StartAsync().ConfigureAwait(false);
    await server.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    return 0;
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"local-mesos: {e.Message}").ConfigureAwait(false);
    return 2;
}
catch (IOException e)
{
    await Console.Error.WriteLineAsync($"local-mesos: {e.Message}").ConfigureAwait(false);
    return 1;
}
