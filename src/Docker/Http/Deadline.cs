using System.Globalization;
using System.Text.Json;

namespace Docker.Http;

/// <summary>
/// One call's time, and its name for messages. Turns whatever ended the call into what the caller is promised:
/// its own cancellation, or a <see cref="DockerException"/>.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly string _call;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;
    private TimeSpan _timeout;

    public Deadline(string call, TimeSpan timeout, TimeProvider time, CancellationToken caller)
    {
        _call = call;
        _timeout = timeout;
        _caller = caller;
        _timer = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Counts anew from now; <see cref="Timeout.InfiniteTimeSpan"/> leaves the caller's cancellation alone.</summary>
    public void Restart(TimeSpan timeout)
    {
        _timeout = timeout;
        _timer.CancelAfter(timeout);
    }

    /// <summary>True for what <see cref="Translate"/> knows; everything else is a bug, and should look like one.</summary>
    public static bool Translates(Exception e) =>
        e is OperationCanceledException or HttpRequestException or IOException or JsonException or ObjectDisposedException;

    public Exception Translate(Exception e)
    {
        // Cancelling can surface as an aborted connection too, so the caller's wish is looked at first.
        if (_caller.IsCancellationRequested)
            return new OperationCanceledException(e.Message, e, _caller);
        if (_timer.IsCancellationRequested)
        {
            var seconds = _timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return new DockerException($"{_call}: no answer from Docker within {seconds} s", e);
        }
        return e is JsonException
            ? new DockerException($"{_call}: Docker's answer is not the JSON expected: {e.Message}", e)
            : new DockerException($"{_call}: {(e is HttpRequestException { InnerException: { } inner } ? inner : e).Message}", e);
    }

    public DockerException Refusal(string message, int status) => new($"{_call}: {message}", status);

    public DockerException Garbled(string message) => new($"{_call}: {message}");

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
