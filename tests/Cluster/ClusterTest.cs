using System.Net;
using System.Text;
using System.Text.Json;

namespace Turnstile.Cluster.Tests;

/// <summary>The base of the tests on a running cluster, which they all share.</summary>
[Collection(OneCluster.Name)]
public abstract class ClusterTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private protected ClusterTest(RunningCluster cluster)
    {
        Cluster = cluster;
        Client = new GatewayClient(cluster.Gateways);
    }

    private protected RunningCluster Cluster { get; }

    private protected GatewayClient Client { get; }

    /// <summary>Asks again and again until it is so.</summary>
    private protected static async Task Until(string what, Func<Task<bool>> reached)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"Waited {Patience} for {what}.");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private protected static HttpRequestMessage Post(string path, string? caller, string body, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Body(body, type) };
        if (caller is not null)
            request.Headers.Add("X-Caller-ID", caller);
        return request;
    }

    private protected static StringContent Body(string body, string type = "application/json") => new(body, Encoding.UTF8, type);

    /// <summary>A caller submits a number.</summary>
    /// <returns>The job's id.</returns>
    private protected async Task<string> Submit(string caller, string number)
    {
        JsonElement job = await Client.Ask(() => Post("/compute", caller, $$"""{"number":"{{number}}"}"""), HttpStatusCode.Accepted);
        return job.GetProperty("id").GetString()!;
    }

    /// <summary>A caller submits many numbers at once.</summary>
    private protected Task SubmitAll(string caller, IEnumerable<string> numbers)
    {
        string batch = string.Join('\n', numbers.Select(number => $$"""{"number":"{{number}}"}"""));
        return Client.Ask(() => Post("/compute/batch", caller, batch, "application/x-ndjson"), HttpStatusCode.Accepted);
    }
}
