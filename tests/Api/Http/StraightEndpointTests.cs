using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Api.Limits;
using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Http;

public sealed class StraightEndpointTests
{
    private const string Passed = "X-Passed";
    private const string Key = "key-of-the-north";

    private readonly ManualTime _time = new();
    private int _asked;

    /// <summary>Handlers that fail, at once and after a wait, in each way that has an answer of its own.</summary>
    public static TheoryData<string> Faulty => ["away", "away-later", "broken", "broken-later", "large", "many"];

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task What_goes_wrong_is_answered_as_on_the_usual_way(string handler)
    {
        await using WebApplication app = await Started();
        await AssertSame(app, handler, HttpMethod.Post, status => Assert.True((int)status >= 400, $"{handler} was answered {status}."));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    public async Task It_passes_no_middleware_but_the_gates(string method)
    {
        await using WebApplication app = await Started();
        using HttpResponseMessage usual = await Ask(app, "/usual/good", new HttpMethod(method));
        using HttpResponseMessage straight = await Ask(app, "/straight/good", new HttpMethod(method));
        Assert.Equal(HttpStatusCode.OK, straight.StatusCode);
        Assert.True(usual.Headers.Contains(Passed));
        Assert.False(straight.Headers.Contains(Passed));
    }

    [Fact]
    public async Task A_service_that_stops_refuses_as_on_the_usual_way()
    {
        await using WebApplication app = await Started();
        await app.Services.GetRequiredService<Draining>().StoppingAsync(default);
        await AssertSame(app, "good", HttpMethod.Post, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
    }

    [Fact]
    public async Task Who_has_no_key_is_refused_as_on_the_usual_way()
    {
        await using WebApplication app = await Started("--Keys:0:Account=north", $"--Keys:0:Key={Key}");
        await AssertSame(app, "good", HttpMethod.Post, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
    }

    [Fact]
    public async Task Pages_of_other_sites_are_refused_as_on_the_usual_way()
    {
        await using WebApplication app = await Started();
        await AssertSame(
            app,
            "good",
            HttpMethod.Post,
            status => Assert.Equal(HttpStatusCode.Forbidden, status),
            request => request.Headers.Add("Origin", "https://elsewhere.example"));
    }

    [Fact]
    public async Task Both_ways_count_for_one_limit()
    {
        await using WebApplication app = await Started("--Limits:CallerPerSecond=0.01", "--Limits:CallerBurst=2");
        using HttpResponseMessage first = await Ask(app, "/straight/good", HttpMethod.Post);
        using HttpResponseMessage second = await Ask(app, "/usual/good", HttpMethod.Post);
        Assert.Equal(("1", "0"), (Remaining(first), Remaining(second)));
        await AssertSame(app, "good", HttpMethod.Post, status => Assert.Equal(HttpStatusCode.TooManyRequests, status));
    }

    [Fact]
    public async Task A_read_that_met_a_dying_silo_is_tried_once_more()
    {
        await using WebApplication app = await Started();
        Task<HttpResponseMessage> answer = Ask(app, "/straight/dying", HttpMethod.Get);
        while (_time.Waiting == 0 && !answer.IsCompleted)
            await Task.Yield();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task An_operators_password_opens_it_too()
    {
        await using WebApplication app = await Started("--Keys:0:Account=north", $"--Keys:0:Key={Key}");
        string password = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{Key}"));
        using HttpResponseMessage answer = await Ask(
            app, "/straight/good", HttpMethod.Post, request => request.Headers.Authorization = new("Basic", password));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<WebApplication> Started(params string[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(settings);
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddHttp();
        builder.AddKeys();
        builder.AddLimits();
        builder.AddHealth();
        WebApplication app = builder.Build();

        // The server of the tests has no port, which is 0.
        new OperatorPort(0).UseBasic(app);
        app.UseFaults();
        app.Use((context, next) =>
        {
            context.Response.Headers[Passed] = "yes";
            return next(context);
        });
        app.UseDraining();
        app.UseGates();
        foreach ((string name, Delegate handler) in Handlers())
        {
            app.MapMethods($"/usual/{name}", ["GET", "HEAD", "POST"], handler);
            app.MapMethods($"/straight/{name}", ["GET", "HEAD", "POST"], handler).Straight();
        }

        await app.StartAsync();
        return app;
    }

    private IEnumerable<(string Name, Delegate Handler)> Handlers()
    {
        yield return ("good", Task (HttpContext context) => context.Response.WriteAsync("good"));
        yield return ("away", Task (HttpContext _) => throw new StorageUnavailableException("The disk is full."));
        yield return ("away-later", Task (HttpContext _) => Later(new StorageUnavailableException("The disk is full.")));
        yield return ("broken", Task (HttpContext _) => throw new FormatException("A secret."));
        yield return ("broken-later", Task (HttpContext _) => Later(new FormatException("A secret.")));
        yield return ("large", Task (HttpContext _) => throw new BadHttpRequestException("Too large.", 413));
        yield return ("many", Task (HttpContext _) => Later(new LimitExceededException("Too many.")));
        yield return ("dying", Task (HttpContext _) => ++_asked > 1 ? Task.CompletedTask : Later(new TimeoutException("Gone.")));
    }

    private static async Task Later(Exception fault)
    {
        await Task.Yield();
        throw fault;
    }

    private static Task<HttpResponseMessage> Ask(
        WebApplication app, string path, HttpMethod method, Action<HttpRequestMessage>? with = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add(Requester.Header, "somebody");
        with?.Invoke(request);
        return app.GetTestClient().SendAsync(request);
    }

    /// <summary>Status, headers and body are the same, but for the number of the request and the mark of the other way.</summary>
    private static async Task AssertSame(
        WebApplication app, string handler, HttpMethod method, Action<HttpStatusCode> isMeant, Action<HttpRequestMessage>? with = null)
    {
        using HttpResponseMessage usual = await Ask(app, $"/usual/{handler}", method, with);
        using HttpResponseMessage straight = await Ask(app, $"/straight/{handler}", method, with);
        isMeant(straight.StatusCode);
        Assert.Equal(usual.StatusCode, straight.StatusCode);
        Assert.Equal(Told(usual.Headers), Told(straight.Headers));
        Assert.Equal(usual.Content.Headers.ContentType, straight.Content.Headers.ContentType);
        Assert.Equal(await Body(usual), await Body(straight));
    }

    private static string[] Told(HttpResponseHeaders headers) =>
        [.. headers.Where(header => header.Key != Passed).Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order()];

    private static string? Remaining(HttpResponseMessage answer) => answer.Headers.GetValues("RateLimit-Remaining").Single();

    private static async Task<Dictionary<string, string>> Body(HttpResponseMessage answer)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await answer.Content.ReadAsStringAsync())!;
        body.Remove("trace_id");
        return body.ToDictionary(field => field.Key, field => field.Value.GetRawText());
    }
}
