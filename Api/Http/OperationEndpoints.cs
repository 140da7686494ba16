using Turnstile.Grains.Storage;

namespace Turnstile.Api.Http;

/// <summary>For whoever runs the service.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder health = app.MapGroup("/health").WithTags("Operations");
        health.MapGet("/live", () => TypedResults.Text("ok"))
            .WithSummary("The process answers.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        health.MapGet("/ready", Ready)
            .WithSummary("The database takes writes; 503 where it does not.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Ready(Database database)
    {
        await database.Ping();
        return TypedResults.Text("ok");
    }
}
