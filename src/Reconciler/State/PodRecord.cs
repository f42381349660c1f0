using Model.Assignments;
using Model.Keys;
using Model.Planning;
using Model.Status;

namespace Reconciler.State;

/// <summary>What the leader knows of one pod: the cached keys, and what it remembers only while it leads.</summary>
public sealed class PodRecord(PodKey key)
{
    private readonly Dictionary<string, Versioned<Assignment>> _assignments = [];

    public PodKey Key { get; } = key;
    public Versioned<SpecView> Spec { get; } = new();
    public Versioned<PodStatus> Status { get; } = new();
    public Versioned<PodOwner> Owner { get; } = new();

    /// <summary>A write's outcome is not known, or was refused: the keys are read again before anything is decided.</summary>
    public bool Doubtful { get; set; }
    /// <summary>How often this came to be in a short time, and since when: not by chance, then.</summary>
    public int Doubts { get; set; }
    public DateTimeOffset DoubtedAt { get; set; }
    /// <summary>Null: at once.</summary>
    public DateTimeOffset? ReadAgainAt { get; set; }

    /// <summary>Launches that failed one after the other, without the pod ever running.</summary>
    public int Failures { get; set; }
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Since when Mesos says that it does not know the task.</summary>
    public DateTimeOffset? UnknownSince { get; set; }

    public Versioned<Assignment> AssignmentOf(string uid)
    {
        if (!_assignments.TryGetValue(uid, out var assignment))
            _assignments[uid] = assignment = new Versioned<Assignment>();
        return assignment;
    }

    public IEnumerable<string> AssignmentUids => _assignments.Keys;

    /// <summary>The one live assignment.</summary>
    public Versioned<Assignment>? Live => _assignments.Values.FirstOrDefault(a => a.Value is not null);

    public bool IsEmpty => Spec.Value is null && Status.Value is null && Owner.Value is null && Live is null;

    public PodView View(DateTimeOffset now) => new()
    {
        Key = Key,
        Spec = Spec.Value,
        Status = Status.Value,
        Owner = Owner.Value,
        Live = Live?.Value,
        NotBefore = NotBefore,
        Now = now,
    };
}
