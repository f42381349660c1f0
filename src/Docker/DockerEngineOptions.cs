namespace Docker;

/// <summary>Where the Engine is, and how long it may take to answer.</summary>
public sealed record DockerEngineOptions
{
    /// <summary>A `unix://` address, or just the path of the socket.</summary>
    public string Address { get; init; } = "unix:///var/run/docker.sock";

    /// <summary>An ordinary call, from the request to the last byte of the answer; of a stream, to its first byte.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a stop may take beyond the grace period that was asked for.</summary>
    public TimeSpan StopMargin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pull, import and logs that are not followed may take any time as long as bytes move: at most this long without one.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
