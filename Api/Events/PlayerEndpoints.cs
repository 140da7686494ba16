using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Events;

namespace Turnstile.Api.Events;

/// <summary>The players table over HTTP, for those who cannot write into the database.</summary>
internal static class PlayerEndpoints
{
    private const int EmailLengthMax = 320;

    public static void MapPlayers(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder players = app.MapGroup("/players").WithTags("Events");
        players.MapGet("/{id}", Get)
            .WithSummary("A row of the players table.")
            .Produces<PlayerBody>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        players.MapPut("/{id}", Put)
            .WithSummary("Stores a row of the players table; events that come after it are enriched with it.")
            .Accepts<PlayerBody>("application/json")
            .Produces<PlayerBody>()
            .ProducesValidationProblem()
            .ForAdmins();
    }

    private static async Task<IResult> Get(string id, IGrainFactory grains) =>
        EventEndpoints.TryParse(id, out long number)
        && await grains.GetGrain<IEventsGrain>(0).FindPlayer(number) is { } player
            ? Answer(player)
            : Problems.NotFound($"There is no player '{id}'.");

    private static async Task<IResult> Put(string id, HttpContext context, IGrainFactory grains)
    {
        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        PlayerBody? body;
        try
        {
            body = await context.Request.ReadJson(EventsJson.Default.PlayerBody);
        }
        catch (JsonException e)
        {
            return Problems.BadField(e.Path is { Length: > 2 } path ? path[2..] : "body", "Is not JSON of the right type.");
        }

        var errors = new FieldErrors();
        DateTimeOffset signedIn = default;
        if (body is null)
        {
            errors.Add("body", "Must be a JSON object.");
        }

        if (!EventEndpoints.TryParse(id, out long number) || number < 1)
        {
            errors.Add("id", "Must be an integer of at least 1.");
        }

        if (body?.Email is { } email && (email.Length is 0 or > EmailLengthMax || email.Any(char.IsControl)))
        {
            errors.Add("email", $"Must be 1 to {EmailLengthMax} characters without control characters.");
        }

        if (body?.LastSignedInAt is { } at && !UtcTimes.TryParse(at, out signedIn))
        {
            errors.Add("last_signed_in_at", UtcTimes.Rule);
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        var player = new Player
        {
            Id = number,
            Email = body!.Email,
            LastSignedInAt = body.LastSignedInAt is null
                ? null
                : signedIn.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        await grains.GetGrain<IEventsGrain>(0).PutPlayer(player);
        return Answer(player);
    }

    private static JsonHttpResult<PlayerBody> Answer(Player player) => TypedResults.Json(
        new PlayerBody(player.Email, player.LastSignedInAt), EventsJson.Default.PlayerBody);
}
