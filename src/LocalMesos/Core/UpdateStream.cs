using Google.Protobuf;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>The updates of one task that its agent keeps: the first is in flight until the scheduler acknowledges it.</summary>
internal sealed class UpdateStream(Framework framework, string task)
{
    public Framework Framework { get; } = framework;
    public string TaskId { get; } = task;
    public Queue<TaskStatus> Pending { get; } = [];
    /// <summary>All that ever came: an update that comes again is acknowledged and not sent again.</summary>
    public HashSet<ByteString> Received { get; } = [];
    public bool HasTerminal { get; set; }
    public Timers.Timer? Retry { get; set; }
    public TimeSpan RetryAfter { get; set; }
}
