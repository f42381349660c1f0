namespace LocalMesos.Core;

/// <summary>The HTTP answer to a call: 200 opens a stream, 202 is queued, the rest are refusals with a text.</summary>
public sealed record CallAnswer(int StatusCode, string Text = "")
{
    public static readonly CallAnswer Stream = new(200);
    public static readonly CallAnswer Done = new(200);
    public static readonly CallAnswer Accepted = new(202);

    /// <summary>The agent's process is down: there is nobody to answer, the connection is refused.</summary>
    public static readonly CallAnswer NoConnection = new(0, "Connection refused");

    public static CallAnswer Bad(string text) => new(400, text);
    public static CallAnswer Forbidden(string text) => new(403, text);
    public static CallAnswer Unavailable(string text) => new(503, text);

    public bool IsGranted => StatusCode is 200 or 202;
}
