namespace Simulation.World;

/// <summary>How a link behaves at present; the scenario changes it.</summary>
public sealed record LinkFaults
{
    public static readonly LinkFaults None = new();

    /// <summary>Of calls that never arrive.</summary>
    public double LoseRequest { get; init; }
    /// <summary>Of calls that take effect and whose answer never comes: the caller cannot know.</summary>
    public double LoseReply { get; init; }
    /// <summary>Of calls that take effect long after their caller has given up.</summary>
    public double Late { get; init; }
    /// <summary>Of calls that the server answers with an error of its own (500).</summary>
    public double Refuse { get; init; }
    public double Slow { get; init; }
}

/// <summary>
/// What lies between a process and a server: every call takes a while there and a while back, and may be lost on either way.
/// </summary>
/// <param name="unanswered">The error of a call without an answer.</param>
public sealed class SimLink(SimProcess process, string server, Random random, Func<string, Exception> unanswered)
{
    private readonly SimWorld _world = process.World;
    private bool _isDown;

    public LinkFaults Faults { get; set; } = LinkFaults.None;

    /// <summary>Nothing gets through: calls wait for their deadline, or are refused at once; what was open breaks.</summary>
    public bool IsDown
    {
        get => _isDown;
        set
        {
            _isDown = value;
            if (value)
                Broken?.Invoke();
        }
    }

    public event Action? Broken;

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The error of <see cref="LinkFaults.Refuse"/>; null where the server never refuses out of the blue.</summary>
    public Func<string, Exception>? Refusal { get; init; }

    public long Calls { get; private set; }

    /// <summary>From a fraction of a millisecond to a few; where it is slow, up to a second.</summary>
    public TimeSpan Delay() => TimeSpan.FromMilliseconds(
        0.1 + random.NextDouble() * (Faults.Slow > 0 && random.NextDouble() < Faults.Slow ? 900 : 3));

    /// <param name="serve">Runs at the server, unless the call is lost; what it throws is the answer.</param>
    public Task<T> CallAsync<T>(string what, Func<T> serve, CancellationToken cancellation) =>
        CallAsync<T>(what, reply =>
        {
            try
            {
                reply(serve(), null);
            }
            catch (Exception e) when (e is not SimulationException)
            {
                reply(default, e);
            }
        }, Deadline, cancellation);

    /// <param name="serve">Runs at the server and replies when it has come to a result, be it much later.</param>
    /// <param name="deadline">Infinite: as long as the connection stands.</param>
    public async Task<T> CallAsync<T>(string what, Action<Action<T?, Exception?>> serve, TimeSpan deadline, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Calls++;
        var call = new Call<T>(what, serve);
        using var onCancel = cancellation.Register(() => call.Answer.TrySetCanceled(cancellation));
        var limit = deadline == Timeout.InfiniteTimeSpan ? null : _world.After(deadline, () => GiveUp(call, "no answer in time"));
        var onBroken = () => BreakSoon(call);
        Broken += onBroken;
        Send(call);
        try
        {
            return await call.Answer.Task;
        }
        finally
        {
            limit?.Cancel();
            Broken -= onBroken;
        }
    }

    private void Send<T>(Call<T> call)
    {
        var delay = Delay();
        if (IsDown)
        {
            _world.Log(process.Name, $"{call.What}: {server} cannot be reached");
            BreakSoon(call);
            return;
        }
        var luck = random.NextDouble();
        if ((luck -= Faults.LoseRequest) < 0)
        {
            _world.Log(process.Name, $"{call.What}: lost on the way to {server}");
            BreakSoon(call);
            return;
        }
        if (Refusal is not null && (luck -= Faults.Refuse) < 0)
        {
            _world.Log(process.Name, $"{call.What}: {server} refuses it");
            _world.After(delay * 2, () => call.Answer.TrySetException(Refusal(call.What)));
            return;
        }
        call.ReplyIsLost = (luck -= Faults.LoseReply) < 0;
        if (!call.ReplyIsLost && luck - Faults.Late < 0)
        {
            call.ReplyIsLost = true;
            delay += Deadline * (0.5 + random.NextDouble());
        }
        _world.After(delay, () => Arrive(call));
    }

    private void Arrive<T>(Call<T> call)
    {
        if (IsDown)
            BreakSoon(call);
        else
            call.Serve((result, refusal) => Reply(call, result, refusal));
    }

    private void Reply<T>(Call<T> call, T? result, Exception? refusal)
    {
        if (call.ReplyIsLost || IsDown)
        {
            _world.Log(process.Name, $"{call.What}: the answer of {server} is lost");
            BreakSoon(call);
            return;
        }
        _world.After(Delay(), () =>
        {
            if (IsDown)
                BreakSoon(call);
            else if (refusal is null)
                call.Answer.TrySetResult(result!);
            else
                call.Answer.TrySetException(refusal);
        });
    }

    /// <summary>The caller learns of a broken connection soon; of one that is silent, at its deadline.</summary>
    private void BreakSoon<T>(Call<T> call)
    {
        if (random.Next(2) == 0)
            _world.After(TimeSpan.FromMilliseconds(random.Next(200)), () => GiveUp(call, "the connection broke"));
    }

    private void GiveUp<T>(Call<T> call, string why) => call.Answer.TrySetException(unanswered($"{call.What}: {why}"));

    private sealed class Call<T>(string what, Action<Action<T?, Exception?>> serve)
    {
        public string What => what;
        public Action<Action<T?, Exception?>> Serve => serve;
        public bool ReplyIsLost { get; set; }
        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
