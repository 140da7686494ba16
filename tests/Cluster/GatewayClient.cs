using System.Net;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Cluster.Tests;

/// <summary>
/// Asks the gateways in turn, as clients behind a load balancer do: whoever is refused with the advice to come back asks the
/// next one. Any other failure is the service's fault and ends the test.
/// </summary>
internal sealed class GatewayClient(IReadOnlyList<ServiceProcess> gateways)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Characters of a gateway's log that tell what went wrong.
    private const int LogShown = 8_000;

    private int _turn;

    public Task<JsonElement> Get(string path) => Ask(() => new HttpRequestMessage(HttpMethod.Get, path), HttpStatusCode.OK);

    /// <summary>Asks until the answer has the status.</summary>
    public async Task<JsonElement> Ask(Func<HttpRequestMessage> request, HttpStatusCode wanted)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if (await TryAsk(request, wanted) is { } answer)
                return answer;
            await Task.Delay(Pause, TimeProvider.System);
        }

        using HttpRequestMessage asked = request();
        throw new TimeoutException($"{asked.Method} {asked.RequestUri} was not answered with {wanted} in {Patience}.");
    }

    /// <summary>Asks once; null where it is to be asked again.</summary>
    public async Task<JsonElement?> TryAsk(Func<HttpRequestMessage> request, HttpStatusCode wanted)
    {
        ServiceProcess gateway = gateways[Interlocked.Increment(ref _turn) % gateways.Count];
        using HttpRequestMessage asked = request();
        using HttpResponseMessage answer = await gateway.Http.SendAsync(asked);
        string body = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode == wanted)
            return JsonSerializer.Deserialize<JsonElement>(body);
        if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            || answer.Headers.RetryAfter is null)
        {
            throw new InvalidOperationException(
                $"{asked.Method} {asked.RequestUri} was answered {(int)answer.StatusCode}: {body}\n{Tail(gateway.Log)}");
        }

        return null;
    }

    private static string Tail(string log) => log[Math.Max(0, log.Length - LogShown)..];
}
