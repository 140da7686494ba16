using System.ComponentModel;
using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Turnstile.Accept;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Api.Limits;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Callbacks;

namespace Turnstile.Api.Accept;

/// <summary>Unique ids over HTTP: counted, and looked at.</summary>
internal static class AcceptEndpoints
{
    public static void AddAcceptApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAcceptOptions(configuration);
        services.AddCallbacks(configuration);
        services.AddSingleton<MinuteCounts>();
        services.AddSingleton<IdGateway>();
        services.AddSingleton<AcceptCallbacks>();
        services.AddSingleton<AcceptHandler>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, AcceptJson.Default));
    }

    public static void MapAccept(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder verve = app.MapGroup("/api/verve").WithTags("Accept");

        MethodInfo described = ((Delegate)Description).Method;
        ParameterInfo[] query = described.GetParameters();

        // Straight from routing through the gate to the handler: nothing else that endpoints share has anything to
        // add here.
        // Made at the first request: a gateway knows the grains of its cluster only once it is connected.
        var handler = new Lazy<AcceptHandler>(app.ServiceProvider.GetRequiredService<AcceptHandler>);
        RequestDelegate accept = context => handler.Value.Handle(context);
        verve.MapGet("/accept", accept.BehindLimits(app.ServiceProvider).BehindKeys(app.ServiceProvider))
            .WithMetadata(described, new QueryParameter(query[0], false), new QueryParameter(query[1], true))
            .WithSummary("Counts the id in this minute. On 'ok' it is on disk; with an endpoint, the count is sent there.")
            .WithMetadata(Text(StatusCodes.Status200OK))
            .WithMetadata(Text(StatusCodes.Status400BadRequest))
            .WithMetadata(Text(StatusCodes.Status503ServiceUnavailable))
            // Its answers are counted by themselves, for a fraction of what the server's metrics cost.
            .DisableHttpMetrics()
            .GetOnly()
            .ShortCircuit();
        verve.MapGet("/stats", Stats)
            .WithSummary("The unique ids of this minute so far, and of the last 60 that are closed.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>What the description of the API says of the accept endpoint; never called.</summary>
    private static void Description(
        [Description("A 64-bit integer.")] long id,
        [Description("An http or https address to send the count to.")] string? endpoint) =>
        throw new NotSupportedException($"{id} {endpoint}");

    private static ProducesResponseTypeMetadata Text(int status) => new(status, typeof(string), [MediaTypeNames.Text.Plain]);

    private static async Task<Ok<StatsBody>> Stats(IGrainFactory grains) =>
        TypedResults.Ok(StatsBody.Of(await grains.GetGrain<IMinutesGrain>(0).View()));
}
