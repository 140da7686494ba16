using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;

namespace Turnstile.Api.Live;

/// <summary>The service at a glance, over HTTP: what the live console shows.</summary>
internal static class LiveEndpoints
{
    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LiveOptions>()
            .Bind(builder.Configuration.GetSection(LiveOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<OverviewFeed>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, LiveJson.Default));
    }

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder overview = app.MapGroup("/overview").WithTags("Operations");
        overview.MapGet("", Now)
            .WithSummary("The service at a glance: load, shares, workers, latest jobs. An account without admin rights sees its own.")
            .Produces<OverviewBody>()
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        overview.MapGet("/events", Stream)
            .WithSummary("The same once a second, as server-sent events.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<IResult> Now(HttpContext context, OverviewFeed feed)
    {
        using OverviewWatch? watch = feed.Watch(Scope(context));
        return watch is null
            ? TooMany(context)
            : TypedResults.Bytes(await watch.Next(context.RequestAborted), "application/json; charset=utf-8");
    }

    private static async Task<IResult> Stream(HttpContext context, OverviewFeed feed, Draining draining)
    {
        using OverviewWatch? watch = feed.Watch(Scope(context));
        if (watch is null)
        {
            return TooMany(context);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, draining.Ending);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> overview = await watch.Next(stop.Token);
                await context.Response.BodyWriter.WriteAsync("event: overview\ndata: "u8.ToArray(), stop.Token);
                await context.Response.BodyWriter.WriteAsync(overview, stop.Token);
                await context.Response.BodyWriter.WriteAsync("\n\n"u8.ToArray(), stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return TypedResults.Empty;
        }
    }

    /// <summary>Whoever may see everything sees everything.</summary>
    private static string? Scope(HttpContext context) =>
        context.Identity() is { Admin: false, Account: var account } ? account : null;

    private static IResult TooMany(HttpContext context) => Problems.TooMany(context, "Too many watch already.", 5);
}
