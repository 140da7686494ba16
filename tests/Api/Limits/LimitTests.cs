using System.Net;
using System.Net.Sockets;
using System.Text;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Limits;

public sealed class LimitTests(LimitTests.LimitedService service) : IClassFixture<LimitTests.LimitedService>
{
    private const string Key = "limited-key-0123456789";

    [Fact]
    public async Task A_caller_beyond_its_rate_is_answered_429_and_told_when_to_come_back()
    {
        var seen = new List<HttpResponseMessage>();
        for (int i = 0; i < 4; i++)
        {
            seen.Add(await service.Http.Submit("eager", new { number = "15" }));
        }

        Assert.All(seen[..3], answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Equal(["2", "1", "0"], seen[..3].Select(answer => answer.Headers.GetValues("RateLimit-Remaining").Single()));
        HttpResponseMessage refused = seen[3];
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("3", refused.Headers.GetValues("RateLimit-Limit").Single());
        Assert.Equal("3;w=300", refused.Headers.GetValues("RateLimit-Policy").Single());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 100);

        using HttpResponseMessage other = await service.Http.Submit("patient", new { number = "15" });
        Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
    }

    [Fact]
    public async Task Ids_are_held_to_the_rate_as_well_and_health_is_not()
    {
        var seen = new List<HttpStatusCode>();
        for (int i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/verve/accept?id={i}");
            request.Headers.Add("X-Caller-ID", "counter");
            using HttpResponseMessage answer = await service.Http.SendAsync(request);
            seen.Add(answer.StatusCode);
            using HttpResponseMessage health = await service.Http.GetAsync("/health/live");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests],
            seen);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for_for_ever()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /compute HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key}\r\nX-Caller-ID: slow\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"number\":"));
        using var reader = new StreamReader(stream);

        string? answer = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("HTTP/1.1 408 Request Timeout", answer);
    }

    [Fact]
    public async Task Without_a_rate_nothing_is_said_of_one()
    {
        await using var open = new ServiceProcess();
        await open.Start();

        using HttpResponseMessage answer = await open.Http.Submit("free", new { number = "15" });

        Assert.False(answer.Headers.Contains("RateLimit-Limit"));
    }

    public sealed class LimitedService : IAsyncLifetime
    {
        private readonly ServiceProcess _process = new(
            "--Limits:CallerPerSecond=0.01",
            "--Limits:CallerBurst=3",
            "--Limits:BodySeconds=2",
            "--Keys:0:Account=north",
            $"--Keys:0:Key={Key}");

        public HttpClient Http => _process.Http;

        public async Task InitializeAsync()
        {
            Http.DefaultRequestHeaders.Add("Authorization", $"Bearer {Key}");
            await _process.Start();
        }

        public async Task DisposeAsync() => await _process.DisposeAsync();
    }
}
