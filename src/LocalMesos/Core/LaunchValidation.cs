using Google.Protobuf.Collections;
using Mesos.Resources;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>What is wrong with a task, in Mesos' words and in the order in which Mesos looks; null: nothing.</summary>
internal static class LaunchValidation
{
    private const int MaxIdLength = 255;
    /// <summary>More than resource arithmetic takes.</summary>
    private const double MaxAmount = 1e15;

    public static string? Fault(TaskInfo task, Framework framework, Agent agent, Executor? existing, ResourceBag offered) =>
        FaultOfId(task.TaskId.Value)
        ?? (framework.Tasks.ContainsKey(task.TaskId.Value) ? $"Task has duplicate ID: {task.TaskId.Value}" : null)
        ?? (task.AgentId.Value != agent.Id.Value
            ? $"Task uses invalid agent {task.AgentId.Value} while agent {agent.Id.Value} is expected"
            : null)
        ?? FaultOfResources(task.Resources)
        ?? FaultOfPolicy(task)
        ?? (task.Executor is null == task.Command is null
            ? "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present"
            : null)
        ?? (task.Executor is null
            // Mesos would run it by its command executor, which is not part of this.
            ? "Tasks with a command and without an executor are not supported by local-mesos"
            : FaultOfExecutor(task.Executor, framework, existing))
        ?? FaultOfTotal(task, existing, offered);

    public static string? FaultOfId(string id) => id switch
    {
        "" => "ID must not be empty",
        { Length: > MaxIdLength } => $"ID must not be greater than {MaxIdLength} characters",
        "." or ".." => $"'{id}' is disallowed",
        _ when id.AsSpan().ContainsAny('/', '\\') || id.Any(char.IsControl) => $"'{id}' contains invalid characters",
        _ => null,
    };

    private static string? FaultOfResources(RepeatedField<Resource> resources)
    {
        if (resources.Count == 0)
            return "Task uses no resources";
        foreach (var resource in resources)
        {
            var text = Roles.Format(Without(resource));
            var fault = resource.Type switch
            {
                Value.Types.Type.Scalar when resource.Scalar is null => "Invalid scalar resource",
                // Amounts count in thousandths: less is nothing.
                Value.Types.Type.Scalar when !(resource.Scalar.Value >= 0.0005) => "Invalid scalar resource: value <= 0",
                Value.Types.Type.Scalar when resource.Scalar.Value >= MaxAmount => "Invalid scalar resource: value too large",
                Value.Types.Type.Ranges when resource.Ranges is null => "Invalid ranges resource",
                Value.Types.Type.Ranges when resource.Ranges.Range.Any(r => r.Begin > r.End) =>
                    "Invalid ranges resource: Some range is invalid: begin > end",
                Value.Types.Type.Set when resource.Set is null => "Invalid set resource",
                Value.Types.Type.Text => "Unsupported resource type",
                _ => null,
            };
            if (fault is not null)
                return $"Resource '{text}' is invalid: {fault}";
        }
        return null;
    }

    private static string? FaultOfPolicy(TaskInfo task) => task.KillPolicy?.GracePeriod?.Nanoseconds < 0
        ? "Task's 'kill_policy.grace_period' must be non-negative"
        : null;

    private static string? FaultOfExecutor(ExecutorInfo executor, Framework framework, Executor? existing)
    {
        if (FaultOfId(executor.ExecutorId.Value) is { } fault)
            return fault;
        if (executor.FrameworkId is { } id && id.Value != framework.Id)
            return $"ExecutorInfo has an invalid FrameworkID (Actual: {id.Value} vs Expected: {framework.Id})";
        if (executor.ShutdownGracePeriod?.Nanoseconds < 0)
            return "ExecutorInfo's 'shutdown_grace_period' must be non-negative";
        if (executor.Command is null)
            return "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
        if (executor.Resources.Count > 0 && FaultOfResources(executor.Resources) is { } resources)
            return resources;
        if (existing is null || AreCompatible(existing.Info, executor))
            return null;
        const string Line = "------------------------------------------------------------";
        return $"ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n{Line}\n"
            + $"Existing ExecutorInfo:\n{TextDump.Of(existing.Info)}\n{Line}\nExecutorInfo:\n{TextDump.Of(executor)}\n{Line}\n";
    }

    private static string? FaultOfTotal(TaskInfo task, Executor? existing, ResourceBag offered)
    {
        List<Resource> total = [.. task.Resources, .. existing is null ? task.Executor.Resources : []];
        var needed = ResourceBag.FromProto(total);
        return offered.Contains(needed)
            ? null
            : $"Total resources {Roles.Format(needed.ToProto())} required by task and its executor "
                + $"is more than available {Roles.Format(offered.ToProto())}";
    }

    /// <summary>Equal but for the order and cut of the resources.</summary>
    private static bool AreCompatible(ExecutorInfo left, ExecutorInfo right)
    {
        if (!ResourceBag.FromProto(left.Resources).Equals(ResourceBag.FromProto(right.Resources)))
            return false;
        var (a, b) = (left.Clone(), right.Clone());
        a.Resources.Clear();
        b.Resources.Clear();
        return a.Equals(b);
    }

    private static Resource Without(Resource resource)
    {
        var plain = resource.Clone();
        plain.AllocationInfo = null;
        return plain;
    }
}
