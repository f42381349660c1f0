using System.Net.Http.Headers;
using LocalMesos.Tests.Core;
using Mesos;
using Mesos.Json;
using Mesos.Resources;
using Mesos.V1;
using SchedulerCallType = Mesos.V1.Scheduler.Call.Types.Type;

namespace LocalMesos.Tests.Host;

/// <summary>Calls in JSON, as a program without this project's client sends them.</summary>
internal static class RawCalls
{
    public sealed record Subscription(HttpResponseMessage Response, string StreamId, FrameworkID Framework, Offer Offer) : IDisposable
    {
        public void Dispose() => Response.Dispose();
    }

    public static async Task<Subscription> SubscribeAsync(HttpClient http)
    {
        var call = new SchedulerCall { Type = SchedulerCallType.Subscribe, Subscribe = new() { FrameworkInfo = Cluster.NewFramework() } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/scheduler") { Content = Json(call) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
        using var reader = new RecordIOReader(await response.Content.ReadAsStreamAsync());
        FrameworkID? id = null;
        while (true)
        {
            var happened = MesosJson.Parse<SchedulerEvent>((await reader.ReadAsync(default))!.Value.Span);
            id = happened.Subscribed?.FrameworkId ?? id;
            if (happened.Offers is { } offers)
                return new(response, response.Headers.GetValues("Mesos-Stream-Id").Single(), id!, offers.Offers_[0]);
        }
    }

    public static async Task LaunchAsync(HttpClient http, Subscription subscription, CommandInfo command)
    {
        var call = new SchedulerCall
        {
            Type = SchedulerCallType.Accept,
            FrameworkId = subscription.Framework,
            Accept = new()
            {
                OfferIds = { subscription.Offer.Id },
                Operations =
                {
                    new Offer.Types.Operation
                    {
                        Type = Offer.Types.Operation.Types.Type.Launch,
                        Launch = new()
                        {
                            TaskInfos =
                            {
                                new TaskInfo
                                {
                                    Name = "t",
                                    TaskId = new() { Value = "t" },
                                    AgentId = subscription.Offer.AgentId,
                                    Resources = { ResourceText.Parse("cpus:0.1;mem:32").ToProto() },
                                    Executor = new()
                                    {
                                        ExecutorId = new() { Value = "e" },
                                        Command = command,
                                        ShutdownGracePeriod = new() { Nanoseconds = 100_000_000 },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/scheduler") { Content = Json(call) };
        request.Headers.Add("Mesos-Stream-Id", subscription.StreamId);
        using var response = await http.SendAsync(request);
        response.StatusCode.Should().Be(System.Net.HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
    }

    private static ByteArrayContent Json(SchedulerCall call)
    {
        var content = new ByteArrayContent(MesosJson.Format(call));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
