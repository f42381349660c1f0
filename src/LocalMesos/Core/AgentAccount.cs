using Mesos.Resources;

namespace LocalMesos.Core;

/// <summary>An agent's resources: used and offered never exceed the total.</summary>
public sealed record AgentAccount(ResourceBag Total, ResourceBag Used, ResourceBag Offered);
