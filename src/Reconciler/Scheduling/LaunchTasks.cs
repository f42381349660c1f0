using Google.Protobuf;
using Mesos.Resources;
using Mesos.V1;
using Model;
using Model.Assignments;
using Model.Status;

namespace Reconciler.Scheduling;

/// <summary>Makes the TaskInfos that an ACCEPT launches.</summary>
/// <param name="earlierFrameworkIds">Of this cluster: the node agents remove what was left under them.</param>
public sealed class LaunchTasks(AgentExecutor executor, string frameworkId, IReadOnlyList<string> earlierFrameworkIds)
{
    /// <summary>The least that Mesos takes for a task: the node task itself does next to nothing.</summary>
    public const double NodeTaskCpus = 0.01;
    public const double NodeTaskMegabytes = 8;

    public TaskInfo Node(NodeAssignment node, ResourceBag resources) => Task(
        node.TaskId, "node", node.AgentId, node.ExecutorId, resources,
        new TaskData { Kind = TaskKind.Node, EarlierFrameworkIds = earlierFrameworkIds }, []);

    /// <param name="status">As the leader wrote it with the assignment, at <paramref name="statusRevision"/>.</param>
    public TaskInfo Pod(Assignment pod, ResourceBag resources, PodStatus status, long statusRevision) => Task(
        pod.TaskId, $"{pod.Pod}", pod.AgentId, pod.ExecutorId, resources,
        new TaskData
        {
            Kind = TaskKind.Pod,
            Pod = new PodTask
            {
                Namespace = pod.Namespace,
                Name = pod.Name,
                Uid = pod.Uid,
                SpecHash = pod.SpecHash,
                Spec = pod.Spec,
                Labels = pod.Labels,
                Ports = pod.Ports,
                Status = status,
                StatusRevision = statusRevision,
            },
        },
        [("reconciler.namespace", pod.Namespace), ("reconciler.pod", pod.Name), ("reconciler.uid", pod.Uid), ("reconciler.spec-hash", pod.SpecHash)]);

    private TaskInfo Task(
        string taskId, string name, string agentId, string executorId, ResourceBag resources, TaskData data, (string Key, string Value)[] labels)
    {
        var task = new TaskInfo
        {
            TaskId = new TaskID { Value = taskId },
            Name = name,
            AgentId = new AgentID { Value = agentId },
            Executor = executor.Info(executorId, frameworkId),
            Data = ByteString.CopyFrom(ModelJson.Write(data)),
            Labels = new Labels(),
        };
        task.Labels.Labels_.AddRange(labels.Select(label => new Label { Key = label.Key, Value = label.Value }));
        task.Resources.AddRange(resources.ToProto());
        return task;
    }
}
