using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Events;

namespace Turnstile.Api.Events;

/// <summary>Events that failed too often, over HTTP.</summary>
internal static class DeadEventEndpoints
{
    public static void MapDeadEvents(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder dead = app.MapGroup("/dead-letters/events").WithTags("Dead letters").ForAdmins();
        dead.MapGet("", List)
            .WithSummary("Events that were given up, and why; the highest id first.")
            .Produces<PageBody<DeadEventBody>>()
            .ProducesValidationProblem();
        dead.MapPost("/retry", RetryAll)
            .WithSummary("Tries all of them again.")
            .Produces<EventsRetriedBody>(StatusCodes.Status202Accepted);
        dead.MapPost("/{id}/retry", Retry)
            .WithSummary("Tries the event again, with all its attempts before it.")
            .Produces<EventStatusBody>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> List(string? limit, string? after, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        int size = PageQuery.Limit(limit, errors);
        long? cursor = null;
        if (after is not null)
        {
            if (EventEndpoints.TryParse(after, out long id))
            {
                cursor = id;
            }
            else
            {
                errors.Add("after", "Is not the cursor of a page.");
            }
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        Page<DeadEvent> page = await grains.GetGrain<IEventsGrain>(0).DeadLetters(size, cursor);
        return TypedResults.Json(
            new PageBody<DeadEventBody>([.. page.Items.Select(DeadEventBody.Of)], page.Next),
            EventsJson.Default.PageBodyDeadEventBody);
    }

    private static async Task<IResult> Retry(string id, IGrainFactory grains)
    {
        if (!EventEndpoints.TryParse(id, out long number))
        {
            return EventEndpoints.NoSuchEvent(id);
        }

        return await grains.GetGrain<IEventsGrain>(0).Retry(number) switch
        {
            EventRetryOutcome.Waiting => EventEndpoints.Status(number, attempts: 0, reason: null),
            EventRetryOutcome.NotDead => Problems.Conflict("The event is not a dead letter."),
            _ => EventEndpoints.NoSuchEvent(id),
        };
    }

    private static async Task<IResult> RetryAll(IGrainFactory grains)
    {
        // Each once, though some are dead again before the last is revived; in many calls, because a million take longer than one may.
        long count = 0;
        for (long? after = 0; after is { } last;)
        {
            EventsRetried retried = await grains.GetGrain<IEventsGrain>(0).RetryMany(last);
            count += retried.Count;
            after = retried.Next;
        }

        return TypedResults.Json(
            new EventsRetriedBody(count), EventsJson.Default.EventsRetriedBody, statusCode: StatusCodes.Status202Accepted);
    }
}
