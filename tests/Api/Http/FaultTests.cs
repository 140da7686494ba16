using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Turnstile.Api.Http;
using Turnstile.Api.Tests.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Api.Tests.Http;

public sealed class FaultTests
{
    /// <summary>What those who ask accept: nobody in particular, scripts, browsers, readers of events and of digits.</summary>
    public static TheoryData<string?> Accepted => [null, "*/*", "application/json", "text/html", "text/event-stream", "text/plain"];

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_database_that_is_away_is_a_503_with_a_time_to_come_back_whatever_is_accepted(string? accept)
    {
        await using WebApplication app = await Started();
        using HttpResponseMessage answer = await Get(app, "/away", accept);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        await answer.Problem();
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_fault_of_ours_is_a_500_that_tells_nothing_of_it_whatever_is_accepted(string? accept)
    {
        await using WebApplication app = await Started();
        using HttpResponseMessage answer = await Get(app, "/broken", accept);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", (await answer.Problem()).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task An_address_that_is_none_is_a_problem_whatever_is_accepted(string? accept)
    {
        await using WebApplication app = await Started();
        using HttpResponseMessage answer = await Get(app, "/nowhere", accept);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await answer.Problem();
    }

    private static async Task<WebApplication> Started()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Faults>();
        WebApplication app = builder.Build();
        app.UseFaults();
        app.MapGet("/away", string () => throw new StorageUnavailableException("The disk is full."));
        app.MapGet("/broken", string () => throw new FormatException("A secret."));
        await app.StartAsync();
        return app;
    }

    private static Task<HttpResponseMessage> Get(WebApplication app, string path, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return app.GetTestClient().SendAsync(request);
    }
}
