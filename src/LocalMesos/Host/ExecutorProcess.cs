using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LocalMesos.Host;

/// <summary>
/// A container: a process in a session of its own, and all that it starts there. It ends when the first process ends,
/// and then nothing of it is left.
/// </summary>
internal sealed class ExecutorProcess
{
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private bool isReaped;

    private ExecutorProcess(int pid) => Pid = pid;

    public int Pid { get; }

    /// <summary>The raw wait status, once no process of the session is left.</summary>
    public Task<int> Ended => ended.Task;

    /// <summary>Throws <see cref="Win32Exception"/> where there is no such program.</summary>
    public static ExecutorProcess Start(
        IReadOnlyList<string> argv, string file, IReadOnlyDictionary<string, string> environment, string sandbox)
    {
        var process = new ExecutorProcess(Spawn(argv, file, environment, sandbox));
        new Thread(process.Wait, 128 << 10) { IsBackground = true, Name = $"wait for {process.Pid}" }.Start();
        return process;
    }

    /// <summary>SIGKILL for the whole session.</summary>
    public void Kill()
    {
        lock (gate)
        {
            // Once reaped, the number may be another's.
            if (!isReaped)
                KillSession();
        }
    }

    private void KillSession()
    {
        _ = Native.Kill(-Pid, Native.SigKill);
        // A shell's job may be in a group of its own.
        foreach (var pid in MembersOfSession())
            _ = Native.Kill(pid, Native.SigKill);
    }

    private List<int> MembersOfSession()
    {
        var members = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                var stat = File.ReadAllText($"{folder}/stat");
                // After the name in parentheses: state, parent, group, session.
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[3] == Pid.ToString(CultureInfo.InvariantCulture) && fields[0] is not "Z" and not "X")
                    members.Add(pid);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is not ours.
            }
        }
        return members;
    }

    private void Wait()
    {
        var info = Marshal.AllocHGlobal(Native.StructBytes);
        try
        {
            const int Interrupted = 4;
            while (Native.WaitId(Native.WaitForPid, Pid, info, Native.WaitExitedNoReap) != 0
                && Marshal.GetLastPInvokeError() == Interrupted)
            {
                // A signal to this process, not the end of that one.
            }
            lock (gate)
            {
                // As long as the first is not reaped, its number names this session and no other.
                KillSession();
                var reaped = Native.WaitPid(Pid, out var status, 0);
                isReaped = true;
                ended.SetResult(reaped == Pid ? status : -1);
            }
        }
        finally
        {
            Marshal.FreeHGlobal(info);
        }
    }

    private static int Spawn(
        IReadOnlyList<string> argv, string file, IReadOnlyDictionary<string, string> environment, string sandbox)
    {
        var (actions, attributes, signals) = (Allocate(), Allocate(), Allocate());
        var (arguments, variables) = (Strings(argv), Strings([.. environment.Select(v => $"{v.Key}={v.Value}")]));
        try
        {
            Check(Native.ActionsInit(actions));
            Check(Native.AttributesInit(attributes));
            Check(Native.ActionsAddChangeDirectory(actions, sandbox));
            const uint Mode = 0x1A4; // 0644
            Check(Native.ActionsAddOpen(actions, 0, "/dev/null", Native.OpenRead, 0));
            Check(Native.ActionsAddOpen(actions, 1, Path.Combine(sandbox, "stdout"), Native.OpenWriteCreateAppend, Mode));
            Check(Native.ActionsAddOpen(actions, 2, Path.Combine(sandbox, "stderr"), Native.OpenWriteCreateAppend, Mode));
            // .NET ignores SIGPIPE, and ignored signals would stay so in the child.
            Check(Native.SignalsAll(signals));
            Check(Native.AttributesSetSignalDefaults(attributes, signals));
            Check(Native.SignalsNone(signals));
            Check(Native.AttributesSetSignalMask(attributes, signals));
            Check(Native.AttributesSetFlags(attributes,
                Native.SpawnSetSession | Native.SpawnSetSignalDefaults | Native.SpawnSetSignalMask));
            Check(Native.Spawn(out var pid, file, actions, attributes, arguments, variables));
            return pid;
        }
        finally
        {
            _ = Native.ActionsDestroy(actions);
            _ = Native.AttributesDestroy(attributes);
            foreach (var pointer in (nint[])[actions, attributes, signals])
                Marshal.FreeHGlobal(pointer);
            foreach (var pointer in arguments.Concat(variables))
                Marshal.FreeCoTaskMem(pointer);
        }
    }

    private static nint Allocate()
    {
        var pointer = Marshal.AllocHGlobal(Native.StructBytes);
        for (var i = 0; i < Native.StructBytes; i++)
            Marshal.WriteByte(pointer, i, 0);
        return pointer;
    }

    private static nint[] Strings(IReadOnlyList<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Check(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }
}
