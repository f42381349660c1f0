using Microsoft.Extensions.Logging;

namespace Simulation.World;

/// <summary>What a process logs goes into the trace: the product's own words, between the steps that led to them.</summary>
public sealed class SimLogs(SimProcess process) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(process);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the trace is the only log");

    public void Dispose() { }

    private sealed class Logger(SimProcess process) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                process.World.Log(process.Name, $"log {logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}");
        }
    }
}
