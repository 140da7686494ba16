using System.Buffers;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Events;
using Turnstile.Grains.Events;

namespace Turnstile.Api.Events;

/// <summary>Events over HTTP: handed in, looked at, summed up.</summary>
internal static class EventEndpoints
{
    private const int WindowDefault = 60;
    private const int WindowMax = 3_600;

    public static void AddEventsApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddEventsOptions(configuration);
        services.AddSingleton<EventCheck>();
        services.AddSingleton<EventJsonReader>();
        services.AddSingleton<EventProtobufReader>();
        services.ConfigureHttpJsonOptions(
            options => options.SerializerOptions.TypeInfoResolverChain.Add(EventsJson.Default));
        services.AddRabbitMqSource(configuration);
    }

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder events = app.MapGroup("").WithTags("Events");
        events.MapPost("/events", Submit)
            .WithSummary("Takes an event in, or an array, or a protobuf EventBatch. On 202 they are on disk and counted once.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<EventBody[]>("application/json", Media.Protobuf)
            .Produces<EventsTakenBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        events.MapGet("/events/{id}", Get)
            .WithSummary("The final event; 202 while it waits.")
            .Produces<FinalEventBody>()
            .Produces<EventStatusBody>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone);
        foreach (string path in (string[])["/materialized", "/materialize"])
        {
            events.MapGet(path, Materialise)
                .WithSummary("What all counted events come to; window_size in seconds is for the moving average.")
                .Produces<MaterializedBody>()
                .ProducesValidationProblem();
        }
    }

    public static IResult NoSuchEvent(string id) => Problems.NotFound($"There is no event '{id}'.");

    private static async Task<IResult> Submit(
        HttpContext context,
        IGrainFactory grains,
        EventJsonReader json,
        EventProtobufReader protobuf,
        IOptions<EventsOptions> options)
    {
        bool isProtobuf = Media.IsProtobuf(context.Request.ContentType);
        if (!isProtobuf && !context.Request.IsJson())
        {
            return Problems.UnsupportedMedia($"Send application/json or {Media.Protobuf}.");
        }

        var errors = new FieldErrors();
        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        ImmutableArray<CasinoEvent> events = isProtobuf
            ? protobuf.Read(body, options.Value.BatchMax, errors)
            : json.Read(body, options.Value.BatchMax, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        return await grains.GetGrain<IEventsGrain>(0).Submit(events) switch
        {
            IntakeOutcome.Taken taken => TypedResults.Json(
                new EventsTakenBody(taken.Accepted, taken.Duplicates),
                EventsJson.Default.EventsTakenBody,
                statusCode: StatusCodes.Status202Accepted),
            IntakeOutcome.IdReused reused => Problems.Conflict(
                $"Event [{reused.Index}] has the id {reused.Id} of an event with other content; nothing was taken in."),
            IntakeOutcome.Full full => Problems.TooMany(
                context,
                $"{full.WaitingMax} events of a partition may wait; nothing was taken in.",
                full.RetryAfterSeconds),
            { } other => throw new InvalidOperationException($"{other} is not an outcome of an intake."),
        };
    }

    private static async Task<IResult> Get(string id, HttpContext context, IGrainFactory grains)
    {
        if (!TryParse(id, out long number))
        {
            return NoSuchEvent(id);
        }

        switch (await grains.GetGrain<IEventsGrain>(0).Find(number))
        {
            case EventView.Final final:
                return TypedResults.Bytes(final.Json, "application/json; charset=utf-8");
            case EventView.Waiting waiting:
                context.Response.Headers.RetryAfter = "1";
                return Status(number, waiting.Attempts, waiting.Reason);
            case EventView.Dead dead:
                return Problems.NotFound($"Event {number} is a dead letter: {dead.Reason}");
            case EventView.Forgotten:
                return Problems.Gone($"Event {number} was counted so long ago that its final form is not kept any more.");
            default:
                return NoSuchEvent(id);
        }
    }

    private static async Task<IResult> Materialise(
        [FromQuery(Name = "window_size")] string? windowSize, IGrainFactory grains)
    {
        int window = WindowDefault;
        if (windowSize is not null
            && (!PlainNumbers.TryParse(windowSize, out window) || window is < 1 or > WindowMax))
        {
            return Problems.BadField("window_size", $"Must be an integer of seconds from 1 to {WindowMax}.");
        }

        EventTotals totals = await grains.GetGrain<IEventsGrain>(0).Materialise(window);
        return TypedResults.Json(MaterializedBody.Of(totals), EventsJson.Default.MaterializedBody);
    }

    public static bool TryParse(string text, out long id) => PlainNumbers.TryParse(text, out id);

    /// <summary>202: the event waits.</summary>
    public static IResult Status(long id, int attempts, string? reason) => TypedResults.Json(
        new EventStatusBody(id, "waiting", attempts, reason),
        EventsJson.Default.EventStatusBody,
        statusCode: StatusCodes.Status202Accepted);
}
