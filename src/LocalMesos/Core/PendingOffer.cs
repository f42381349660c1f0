using Mesos.Resources;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>An offer in a scheduler's hands.</summary>
internal sealed record PendingOffer(OfferID Id, Framework Framework, Agent Agent, string Role, ResourceBag Resources);
