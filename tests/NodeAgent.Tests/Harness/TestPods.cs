using System.Text;
using Model;
using Model.Assignments;
using Model.Keys;
using Model.Pods;
using Model.Status;

namespace NodeAgent.Tests.Harness;

/// <summary>Pods as a leader would assign them.</summary>
public static class TestPods
{
    public static readonly KeyLayout Keys = new();

    public static Container Container(string name, string image, params string[] command) => new()
    {
        Name = name, Image = image, Command = command.Length == 0 ? null : command,
        Resources = new ResourceRequirements { Limits = new ResourceList { Memory = Quantity.OfMebi(32) } },
    };

    /// <summary>A command for the image's shell.</summary>
    public static Container Shell(string name, string image, string script) => Container(name, image, "sh", "-c", script);

    public static PodTask Pod(string name, PodSpec spec, params PortStatus[] ports) =>
        Pod(name, TaskIds.Hash($"{name} {Guid.NewGuid()}"), spec, ports);

    private static PodTask Pod(string name, string uid, PodSpec spec, PortStatus[] ports) => new()
    {
        Namespace = "default",
        Name = name,
        Uid = uid,
        SpecHash = "spec-1",
        Spec = spec,
        Ports = ports,
        StatusRevision = 0,
        Status = new PodStatus
        {
            AgentId = FakeMesosAgent.AgentId, Uid = uid, Attempt = 1, ObservedRevision = 7, HostIP = "127.0.0.1",
            Conditions = [new Condition { Type = ConditionTypes.Accepted, Status = ConditionStatus.True }],
        },
    };

    public static string TaskId(this PodTask pod) => TaskIds.OfPod(new PodKey(pod.Namespace, pod.Name), pod.Uid);

    public static string StatusKey(this PodTask pod) => Keys.PodStatus(new PodKey(pod.Namespace, pod.Name));

    public static string OwnerKey(this PodTask pod) => Keys.Owner(new PodKey(pod.Namespace, pod.Name));

    public static string AssignmentKey(this PodTask pod) => Keys.Assignment(new PodKey(pod.Namespace, pod.Name), pod.Uid);

    /// <summary>What the leader writes before it launches; the pod with the revision of its status.</summary>
    public static PodTask Assign(this FakeEtcd etcd, PodTask pod)
    {
        etcd.Put(pod.AssignmentKey(), "{}");
        etcd.Put(pod.OwnerKey(), Encoding.UTF8.GetBytes($"{pod.Uid}/agent"));
        return pod with { StatusRevision = etcd.Put(pod.StatusKey(), ModelJson.Write(pod.Status)) };
    }
}
