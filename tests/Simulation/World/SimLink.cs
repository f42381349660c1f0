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

    public LinkFaults Faults { get; set; } = LinkFaults.None;

    /// <summary>Nothing gets through: calls wait for their deadline, or are refused at once.</summary>
    public bool IsDown { get; set; }

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(4);

    public long Calls { get; private set; }

    /// <summary>From a fraction of a millisecond to a few; where it is slow, up to a second.</summary>
    public TimeSpan Delay() => TimeSpan.FromMilliseconds(
        0.1 + random.NextDouble() * (Faults.Slow > 0 && random.NextDouble() < Faults.Slow ? 900 : 3));

    /// <param name="serve">Runs at the server, unless the call is lost; what it throws is the answer.</param>
    /// <param name="deadline">Null: the link's; infinite: as long as the connection stands.</param>
    public async Task<T> CallAsync<T>(string what, Func<T> serve, CancellationToken cancellation, TimeSpan? deadline = null)
    {
        cancellation.ThrowIfCancellationRequested();
        Calls++;
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onCancel = cancellation.Register(() => answer.TrySetCanceled(cancellation));
        var limit = _world.After(deadline ?? Deadline, () => GiveUp(answer, what, "no answer in time"));
        Send(what, serve, answer);
        try
        {
            return await answer.Task;
        }
        finally
        {
            limit.Cancel();
        }
    }

    private void Send<T>(string what, Func<T> serve, TaskCompletionSource<T> answer)
    {
        var delay = Delay();
        if (IsDown)
        {
            _world.Log(process.Name, $"{what}: {server} cannot be reached");
            // Either refused at once, or swallowed.
            if (random.Next(2) == 0)
                _world.After(delay, () => GiveUp(answer, what, "connection refused"));
            return;
        }
        var luck = random.NextDouble();
        if ((luck -= Faults.LoseRequest) < 0)
        {
            _world.Log(process.Name, $"{what}: lost on the way to {server}");
            Break(what, answer, delay);
            return;
        }
        var loseReply = (luck -= Faults.LoseReply) < 0;
        if (!loseReply && (luck -= Faults.Late) < 0)
        {
            loseReply = true;
            delay += Deadline * (0.5 + random.NextDouble());
        }
        _world.After(delay, () => Arrive(what, serve, answer, loseReply));
    }

    private void Arrive<T>(string what, Func<T> serve, TaskCompletionSource<T> answer, bool loseReply)
    {
        if (IsDown)
        {
            GiveUp(answer, what, "connection reset");
            return;
        }
        T? result = default;
        Exception? refusal = null;
        try
        {
            result = serve();
        }
        catch (Exception e) when (e is not SimulationException)
        {
            refusal = e;
        }
        if (loseReply)
        {
            _world.Log(process.Name, $"{what}: the answer of {server} is lost");
            Break(what, answer, TimeSpan.Zero);
            return;
        }
        _world.After(Delay(), () =>
        {
            if (IsDown)
                GiveUp(answer, what, "connection reset");
            else if (refusal is null)
                answer.TrySetResult(result!);
            else
                answer.TrySetException(refusal);
        });
    }

    /// <summary>The caller learns of a broken connection soon, of a silent one at its deadline.</summary>
    private void Break<T>(string what, TaskCompletionSource<T> answer, TimeSpan after)
    {
        if (random.Next(2) == 0)
            _world.After(after + TimeSpan.FromMilliseconds(random.Next(200)), () => GiveUp(answer, what, "connection reset"));
    }

    private void GiveUp<T>(TaskCompletionSource<T> answer, string what, string why) =>
        answer.TrySetException(unanswered($"{what}: {why}"));
}
