using Model.Assignments;
using Model.Pods;
using NodeAgent.Agent;

namespace NodeAgent.Pods;

/// <summary>What the workers of one pod share.</summary>
internal sealed class PodContext(AgentContext agent, PodTask pod, string taskId, Action changed, CancellationToken lifetime)
{
    public AgentContext Agent { get; } = agent;
    public PodTask Pod { get; } = pod;
    public string TaskId { get; } = taskId;

    /// <summary>Of the agent, not of the pod: a call to Docker that has been made is waited for, so that its result is known.</summary>
    public CancellationToken Lifetime { get; } = lifetime;

    /// <summary>A create was tried: from here on Docker may hold something of this pod.</summary>
    public bool Touched { get; set; }

    /// <summary>Whoever wrote the task's data may have written any number.</summary>
    public TimeSpan GracePeriod => TimeSpan.FromSeconds(Math.Clamp(Pod.Spec.TerminationGracePeriodSeconds, 0, PodSpec.MaxGracePeriodSeconds));

    /// <summary>Something that the pod's status shows has changed.</summary>
    public void Changed() => changed();
}
