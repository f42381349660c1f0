using Reconciler.Control;
using Simulation.Store;
using Simulation.World;

namespace Simulation.Cluster;

/// <summary>One reconciler's place, in which processes follow one another.</summary>
public sealed class SimReconciler(SimCluster cluster, int number)
{
    private Action _end = () => { };
    private int _run;

    public SimProcess? Process { get; private set; }
    public SimEtcd? Etcd { get; private set; }
    public SimScheduler? Mesos { get; private set; }
    public bool IsAlive => Process is { IsAlive: true };

    public void Start()
    {
        if (IsAlive)
            return;
        var process = Process = new SimProcess(cluster.World, $"reconciler-{number}.{++_run}");
        cluster.World.Log(process.Name, "starts");
        var etcd = Etcd = cluster.Etcd.ClientOf(process);
        var mesos = Mesos = cluster.Mesos.SchedulerOf(process);
        var ending = new CancellationTokenSource();
        _end = ending.Cancel;
        mesos.Sending += call => cluster.Checks.MesosCallOf(process.Name, call);
        cluster.Dress(etcd, mesos);
        var edges = cluster.Bugs.Plant(new ControlPlaneEdges
        {
            Etcd = etcd,
            Mesos = mesos,
            Time = process.Time,
            Random = process.Random,
            Logs = new SimLogs(process),
        }, cluster.Keys);
        process.Start(async () =>
        {
            await new ControlPlane(edges, SimCluster.OptionsOf(process.Name)).RunAsync(ending.Token);
            return "0";
        });
        process.Died += () => cluster.Checks.ReconcilerEnded(process, ending.IsCancellationRequested);
    }

    /// <summary>SIGTERM.</summary>
    public void End()
    {
        if (IsAlive)
            Process!.Post(_ => _end(), null);
    }
}
