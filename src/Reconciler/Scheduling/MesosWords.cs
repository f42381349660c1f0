using System.Text;
using Mesos.V1;
using TaskStatus = Mesos.V1.TaskStatus;

namespace Reconciler.Scheduling;

/// <summary>Mesos' own spelling of its enumerations, which the generated names have lost: TaskRunning → TASK_RUNNING.</summary>
public static class MesosWords
{
    public static string Of(TaskState state) => Snake(state.ToString());

    public static string Of(TaskStatus.Types.Reason reason) => "REASON_" + Snake(reason.ToString());

    public static string Of(TaskStatus.Types.Source source) => "SOURCE_" + Snake(source.ToString());

    private static string Snake(string pascal)
    {
        var snake = new StringBuilder(pascal.Length + 8);
        foreach (var letter in pascal)
        {
            if (char.IsUpper(letter) && snake.Length > 0)
                snake.Append('_');
            snake.Append(char.ToUpperInvariant(letter));
        }
        return snake.ToString();
    }
}
