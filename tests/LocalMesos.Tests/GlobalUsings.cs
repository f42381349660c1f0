// The two APIs use the same words for different things: Call and Event are told apart by who speaks.
global using ExecutorCall = Mesos.V1.Executor.Call;
global using ExecutorEvent = Mesos.V1.Executor.Event;
global using SchedulerCall = Mesos.V1.Scheduler.Call;
global using SchedulerEvent = Mesos.V1.Scheduler.Event;
global using TaskStatus = Mesos.V1.TaskStatus;
