using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Turnstile.Api.Http;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Http;

public sealed class SecondTryTests
{
    private readonly ManualTime _time = new();
    private int _asked;

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_read_that_met_a_dying_silo_is_tried_once_more(string method)
    {
        await using WebApplication app = await Started(failures: 1);
        Task<HttpResponseMessage> answer = app.GetTestClient().SendAsync(new HttpRequestMessage(new HttpMethod(method), "/"));
        await Pause(answer);
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_read_that_fails_twice_is_answered_503_with_a_time_to_come_back()
    {
        await using WebApplication app = await Started(failures: 2);
        Task<HttpResponseMessage> answer = app.GetTestClient().GetAsync("/");
        await Pause(answer);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await answer).StatusCode);
        Assert.NotNull((await answer).Headers.RetryAfter);
    }

    [Fact]
    public async Task A_change_is_never_made_twice()
    {
        await using WebApplication app = await Started(failures: 1);
        HttpResponseMessage answer = await app.GetTestClient().PostAsync("/", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(1, _asked);
    }

    private async Task<WebApplication> Started(int failures)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Faults>();
        WebApplication app = builder.Build();
        app.UseFaults();
        app.UseSecondTry();
        app.MapMethods("/", ["GET", "HEAD", "POST"], () => ++_asked > failures
            ? Results.Ok()
            : throw new TimeoutException("The silo did not answer."));
        await app.StartAsync();
        return app;
    }

    /// <summary>Lets the time pass for which a second try is put off.</summary>
    private async Task Pause(Task answer)
    {
        while (_time.Waiting == 0 && !answer.IsCompleted)
            await Task.Yield();
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
