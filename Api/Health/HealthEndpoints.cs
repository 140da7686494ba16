using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Storage;

namespace Turnstile.Api.Health;

/// <summary>Whether the service lives and whether it should be given work, over HTTP.</summary>
internal static class HealthEndpoints
{
    // A load balancer asks every few seconds; an answer that takes longer is a no.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DrainOptions>()
            .Bind(builder.Configuration.GetSection(DrainOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Draining>());

        builder.Services.AddOptions<KestrelServerOptions>().Configure<Draining>((server, draining) =>
            server.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async connection =>
            {
                await using CancellationTokenRegistration cut = draining.Late.Register(() => connection.Abort());
                await next(connection);
            })));

        // What the host has patience for begins with the draining and should not be used up by it.
        builder.Services.AddOptions<HostOptions>().PostConfigure<IOptions<DrainOptions>>(
            (host, drain) => host.ShutdownTimeout +=
                TimeSpan.FromSeconds(drain.Value.NoticeSeconds + drain.Value.RefuseSeconds));
    }

    /// <summary>While the service stops, whatever comes next is refused.</summary>
    public static void UseDraining(this IApplicationBuilder app)
    {
        Draining draining = app.ApplicationServices.GetRequiredService<Draining>();
        app.Use(next => context => draining.Refuses && !context.Request.Path.StartsWithSegments("/health")
            ? Problems.Stopping(context).ExecuteAsync(context)
            : next(context));
    }

    public static void MapHealth(this WebApplication app)
    {
        RouteGroupBuilder health = app.MapGroup("/health").WithTags("Operations").WithHead();
        health.MapGet("/live", () => TypedResults.Text("ok"))
            .WithSummary("The process answers.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        health.MapGet("/ready", Ready)
            .WithSummary("Grains answer and the database takes writes; 503 where not, and as soon as the service begins to stop.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Ready(
        HttpContext context, IGrainFactory grains, Draining draining, TimeProvider time)
    {
        if (draining.Stopping)
        {
            return Problems.Stopping(context);
        }

        await grains.GetGrain<IStorageHealthGrain>(0).Check().WaitAsync(Patience, time, context.RequestAborted);
        return TypedResults.Text("ok");
    }
}
