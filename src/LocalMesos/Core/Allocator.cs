using Mesos.Resources;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>
/// Offers what is free: at once after REVIVE and when a framework or agent arrives, else in the next cycle. All of an
/// agent goes to one framework, to the one with the smallest dominant share.
/// </summary>
internal sealed class Allocator(World world)
{
    // Mesos does not offer less than this.
    private const double MinCpus = 0.01;
    private const double MinMemory = 32;

    private static readonly TimeSpan DefaultRefusal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxRefusal = TimeSpan.FromDays(365);

    private bool requested;

    /// <summary>In the next cycle; cycles are whole allocation intervals from the start on.</summary>
    public void Request()
    {
        if (requested)
            return;
        requested = true;
        var interval = world.Options.AllocationInterval.Ticks;
        var next = ((world.Now - world.Start).Ticks / interval + 1) * interval;
        world.Timers.Start(world.Start.AddTicks(next), () =>
        {
            requested = false;
            Allocate();
        });
    }

    public void Allocate()
    {
        var offered = new Dictionary<Framework, List<Offer>>();
        foreach (var agent in world.Agents.Where(a => a.IsConnected))
        {
            var available = agent.Available;
            if (!IsAllocatable(available))
                continue;
            foreach (var framework in ByShare())
            {
                if (RoleFor(framework, agent, available) is not { } role)
                    continue;
                var offer = new PendingOffer(world.NextOfferId(), framework, agent, role, available);
                world.Offers.Add(offer.Id.Value, offer);
                agent.Offered += available;
                if (!offered.TryGetValue(framework, out var offers))
                    offered.Add(framework, offers = []);
                offers.Add(ToMessage(offer));
                break;
            }
        }
        foreach (var (framework, offers) in offered.OrderBy(o => o.Key.Number))
            world.Send(framework, Events.Offers(offers));
    }

    /// <summary>Takes an offer back from its holder; the resources are free again. No RESCIND goes out.</summary>
    public void Withdraw(PendingOffer offer)
    {
        if (!world.Offers.Remove(offer.Id.Value))
            return;
        offer.Agent.Offered -= offer.Resources;
        Request();
    }

    /// <summary>As <see cref="Withdraw"/>, and the holder is told.</summary>
    public void Rescind(Agent agent)
    {
        foreach (var offer in world.Offers.Values.Where(o => o.Agent == agent).ToList())
        {
            Withdraw(offer);
            world.Send(offer.Framework, Events.Rescind(offer.Id));
        }
    }

    public void WithdrawAll(Framework framework)
    {
        foreach (var offer in world.Offers.Values.Where(o => o.Framework == framework).ToList())
            Withdraw(offer);
    }

    /// <summary>Keeps the refused resources from the framework for the time that its filters say (5 s by default).</summary>
    public void Refuse(Framework framework, Agent agent, string role, ResourceBag refused, Filters? filters)
    {
        Request();
        var seconds = filters?.RefuseSeconds ?? DefaultRefusal.TotalSeconds;
        var time = !(seconds >= 0) ? DefaultRefusal : seconds > MaxRefusal.TotalSeconds ? MaxRefusal : TimeSpan.FromSeconds(seconds);
        if (time == TimeSpan.Zero || refused.IsEmpty)
            return;
        var filter = new OfferFilter(agent, role, refused);
        filter.Expiry = world.After(time, () =>
        {
            framework.Filters.Remove(filter);
            Request();
        });
        framework.Filters.Add(filter);
    }

    public void ClearFilters(Framework framework, IReadOnlyCollection<string>? roles = null)
    {
        foreach (var filter in framework.Filters.Where(f => roles is null || roles.Contains(f.Role)))
            world.Timers.Cancel(filter.Expiry);
        framework.Filters.RemoveAll(f => roles is null || roles.Contains(f.Role));
    }

    private IEnumerable<Framework> ByShare()
    {
        var active = world.Frameworks.Values.Where(f => f.Stream is not null).ToList();
        return active.Count == 1 ? active : active.OrderBy(DominantShare).ThenBy(f => f.Number);
    }

    private double DominantShare(Framework framework)
    {
        double cpus = 0, memory = 0, allCpus = 0, allMemory = 0;
        foreach (var agent in world.Agents)
        {
            allCpus += agent.Total.Cpus;
            allMemory += agent.Total.Mem;
        }
        foreach (var task in framework.Tasks.Values.Where(t => t.HoldsResources))
        {
            var resources = ResourceBag.FromProto(task.Info.Resources);
            cpus += resources.Cpus;
            memory += resources.Mem;
        }
        foreach (var offer in world.Offers.Values.Where(o => o.Framework == framework))
        {
            cpus += offer.Resources.Cpus;
            memory += offer.Resources.Mem;
        }
        return Math.Max(allCpus > 0 ? cpus / allCpus : 0, allMemory > 0 ? memory / allMemory : 0);
    }

    private static string? RoleFor(Framework framework, Agent agent, ResourceBag available) => framework.Roles.FirstOrDefault(role =>
        !framework.SuppressedRoles.Contains(role)
        && !framework.Filters.Any(f => f.Agent == agent && f.Role == role && f.Refused.Contains(available)));

    private static bool IsAllocatable(ResourceBag resources) =>
        resources.Cpus >= MinCpus || resources.Mem >= MinMemory;

    private static Offer ToMessage(PendingOffer offer)
    {
        var options = offer.Agent.Options;
        return new Offer
        {
            Id = offer.Id,
            FrameworkId = new() { Value = offer.Framework.Id },
            AgentId = offer.Agent.Id,
            Hostname = options.Hostname,
            Url = new()
            {
                Scheme = "http",
                Address = new() { Hostname = options.Hostname, Ip = options.Ip, Port = options.Port },
                Path = Agent.Path,
            },
            Domain = options.Domain,
            Resources = { Roles.Allocate(offer.Resources.ToProto(), offer.Framework, offer.Role) },
            Attributes = { options.Attributes },
            ExecutorIds =
            {
                offer.Agent.Executors.Values
                    .Where(e => e.Framework == offer.Framework && e.State != ExecutorState.Terminated)
                    .Select(e => e.Info.ExecutorId),
            },
            AllocationInfo = offer.Framework.IsMultiRole ? new() { Role = offer.Role } : null,
        };
    }
}
