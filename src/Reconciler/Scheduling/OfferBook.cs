using Mesos.Resources;
using Mesos.V1;

namespace Reconciler.Scheduling;

/// <summary>One agent's offers in hand, taken as one.</summary>
public sealed record AgentOffer
{
    public required string AgentId { get; init; }
    public required string Hostname { get; init; }
    /// <summary>Where the agent is reached; its host name where the offer does not say.</summary>
    public required string HostIP { get; init; }
    public required IReadOnlyList<string> OfferIds { get; init; }
    public required ResourceBag Resources { get; init; }
    /// <summary>Executors of ours that run there: their resources are paid for.</summary>
    public required IReadOnlySet<string> ExecutorIds { get; init; }
}

/// <summary>The offers in hand. They are void once used, declined, rescinded, or when the subscription ends.</summary>
public sealed class OfferBook
{
    private readonly Dictionary<string, Offer> _offers = [];
    private readonly List<AgentOffer> _unanswered = [];

    public bool IsEmpty => _offers.Count == 0;

    public void Add(IEnumerable<Offer> offers)
    {
        foreach (var offer in offers)
            _offers[offer.Id.Value] = offer;
    }

    public void Rescind(string offerId) => _offers.Remove(offerId);

    /// <summary>When to decline what a call had no answer for; null: there is no such offer.</summary>
    public DateTimeOffset? DeclineDue { get; private set; }

    public void Clear()
    {
        _offers.Clear();
        _unanswered.Clear();
        DeclineDue = null;
    }

    /// <summary>
    /// The call that used or declined these had no answer. If it was lost the master counts them as ours still: it offers what is in
    /// them to nobody, and REVIVE does not bring back what is out. So they are declined, again and again until that is answered.
    /// </summary>
    public void Unanswered(IEnumerable<AgentOffer> offers, DateTimeOffset declineAt)
    {
        _unanswered.AddRange(offers);
        DeclineDue = declineAt;
    }

    public IReadOnlyList<AgentOffer> TakeUnanswered(DateTimeOffset now)
    {
        if (DeclineDue is not { } due || due > now)
            return [];
        var taken = _unanswered.ToList();
        _unanswered.Clear();
        DeclineDue = null;
        return taken;
    }

    /// <summary>Takes all out, joined by agent: whoever takes them uses or declines them.</summary>
    public IReadOnlyList<AgentOffer> TakeAll()
    {
        var taken = _offers.Values
            .GroupBy(offer => offer.AgentId.Value)
            .OrderBy(agent => agent.Key, StringComparer.Ordinal)
            .Select(agent => new AgentOffer
            {
                AgentId = agent.Key,
                Hostname = agent.First().Hostname,
                HostIP = agent.First().Url?.Address is { HasIp: true } address ? address.Ip : agent.First().Hostname,
                OfferIds = [.. agent.Select(offer => offer.Id.Value)],
                Resources = ResourceBag.FromProto(agent.SelectMany(offer => offer.Resources)),
                ExecutorIds = agent.SelectMany(offer => offer.ExecutorIds).Select(id => id.Value).ToHashSet(),
            })
            .ToList();
        _offers.Clear();
        return taken;
    }
}
