using System.Buffers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Compute;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Factorials over HTTP: asked for, read, followed, listed. At two addresses, which mean the same.</summary>
internal static class FactorialEndpoints
{
    /// <summary>The address that answers point to, wherever they were asked for.</summary>
    public const string Address = "/api/v1/factorial";

    private const string RetryAfterSeconds = "1";
    private const int MostAsked = 10;

    public static void MapFactorial(this IEndpointRouteBuilder app)
    {
        Map(app.MapGroup(Address).WithTags("Factorial"));
        Map(app.MapGroup("/factorial").WithTags("Factorial"));
    }

    private static void Map(RouteGroupBuilder factorial)
    {
        factorial.MapPost("", Ask)
            .WithSummary("Has n! computed. On 202 the wish is on disk and will end, whatever crashes; 200 if it is known.")
            .Accepts<FactorialRequestBody>("application/json")
            .Produces<FactorialBody>()
            .Produces<FactorialBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        factorial.MapPost("/batch", AskMany)
            .WithSummary("Has many factorials computed; an answer for each.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<FactorialBatchRequestBody>("application/json")
            .Produces<FactorialBatchBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        factorial.MapGet("", List)
            .WithSummary("The numbers asked for, ascending: how each stands and where its digits are.")
            .Produces<PageBody<FactorialBody>>()
            .ProducesValidationProblem();
        factorial.MapGet("/stats", Stats)
            .WithSummary("Requests, hit rate, the most asked numbers, times by size.")
            .Produces<FactorialStatsBody>();
        factorial.MapMethods("/{n}", [HttpMethods.Get, HttpMethods.Head], Get)
            .WithSummary("The factorial with its digits; as text/plain the digits alone, in ranges. 202 while under way.")
            .Produces<FactorialBody>()
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Produces<FactorialBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        factorial.MapMethods("/{n}/digits", [HttpMethods.Get, HttpMethods.Head], GetDigits)
            .WithSummary("The digits alone, whatever is accepted.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Produces<FactorialBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        factorial.MapGet("/{n}/events", Events)
            .WithSummary("How the factorial stands, as it changes; then done.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Ask(
        HttpContext context, IGrainFactory grains, FactorialNumbers numbers, FactorialCounts counts)
    {
        var errors = new FieldErrors();
        CallerKey caller = Caller(context, errors);
        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        int? number = numbers.ReadOne(body, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        counts.Requested(number!.Value);
        switch (await grains.GetGrain<IFactorialGrain>(number.Value).Ask(caller))
        {
            case FactorialAsked.Taken { View: var view }:
                context.Response.Headers.Location = $"{Address}/{view.Number}";
                return Standing(context, view);
            case FactorialAsked.Refused refused:
                return Problems.TooMany(context, QueueFull(refused), refused.RetryAfterSeconds);
            default:
                throw new InvalidOperationException("A wish has no other outcome.");
        }
    }

    private static async Task<IResult> AskMany(
        HttpContext context, IGrainFactory grains, FactorialNumbers numbers, FactorialCounts counts)
    {
        var errors = new FieldErrors();
        CallerKey caller = Caller(context, errors);
        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        List<int> asked = numbers.ReadMany(body, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        asked.ForEach(counts.Requested);
        FactorialAsked[] outcomes = await Task.WhenAll(
            asked.Select(number => grains.GetGrain<IFactorialGrain>(number).Ask(caller)));
        int accepted = outcomes.Count(outcome => outcome is FactorialAsked.Taken);
        if (accepted == 0)
        {
            var refused = (FactorialAsked.Refused)outcomes[0];
            return Problems.TooMany(context, QueueFull(refused), refused.RetryAfterSeconds);
        }

        return TypedResults.Json(
            new FactorialBatchBody(accepted, [.. outcomes.Select((outcome, i) => Answer(asked[i], outcome))]),
            FactorialJson.Default.FactorialBatchBody,
            statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(
        string? status, string? limit, string? after, IGrainFactory grains, FactorialNumbers numbers)
    {
        var errors = new FieldErrors();
        int size = PageQuery.Limit(limit, errors);
        FactorialStatus? only = null;
        if (status is not null)
        {
            only = FactorialWords.TryParse(status, out FactorialStatus parsed) ? parsed : null;
            if (only is null)
            {
                errors.Add("status", $"Must be one of {FactorialWords.AllStatuses}.");
            }
        }

        int cursor = -1;
        if (after is not null && !numbers.Accepts(after, out cursor))
        {
            errors.Add("after", "Is not the cursor of a page.");
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        Page<FactorialView> page = await grains.GetGrain<IFactorialIndexGrain>(0).List(only, size, cursor);
        return TypedResults.Json(
            new PageBody<FactorialBody>([.. page.Items.Select(FactorialBody.Of)], page.Next),
            FactorialJson.Default.PageBodyFactorialBody);
    }

    private static async Task<IResult> Stats(IGrainFactory grains, FactorialCounting counting)
    {
        await counting.Store();
        FactorialStats stats = await grains.GetGrain<IFactorialIndexGrain>(0).Stats(MostAsked);
        return TypedResults.Json(FactorialStatsBody.Of(stats), FactorialJson.Default.FactorialStatsBody);
    }

    private static ValueTask<IResult> Get(
        string n, HttpContext context, FactorialReader reader, FactorialNumbers numbers) =>
        Read(n, FactorialAnswer.WantsDigits(context.Request), context, reader, numbers);

    private static ValueTask<IResult> GetDigits(
        string n, HttpContext context, FactorialReader reader, FactorialNumbers numbers) =>
        Read(n, digitsOnly: true, context, reader, numbers);

    private static async ValueTask<IResult> Read(
        string n, bool digitsOnly, HttpContext context, FactorialReader reader, FactorialNumbers numbers)
    {
        if (!numbers.Accepts(n, out int number))
        {
            return numbers.BadPath();
        }

        FactorialFound found = await reader.Read(number, context.RequestAborted);
        return found switch
        {
            { Text: { } text } => new FactorialAnswer(text, digitsOnly),
            { View: { } view } => Standing(context, view),
            _ => NeverAsked(number),
        };
    }

    private static async Task<IResult> Events(
        string n, HttpContext context, IGrainFactory grains, FactorialNumbers numbers, IHostApplicationLifetime lifetime)
    {
        if (!numbers.Accepts(n, out int number))
        {
            return numbers.BadPath();
        }

        IFactorialGrain grain = grains.GetGrain<IFactorialGrain>(number);
        return await grain.View() is { } view
            ? TypedResults.ServerSentEvents(
                FactorialEvents.Follow(grain, view, lifetime.ApplicationStopping, context.RequestAborted))
            : NeverAsked(number);
    }

    /// <summary>Without its digits: 202 while it is under way, 200 when it has ended.</summary>
    private static JsonHttpResult<FactorialBody> Standing(HttpContext context, FactorialView view)
    {
        if (!view.Ended)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return TypedResults.Json(
            FactorialBody.Brief(view),
            FactorialJson.Default.FactorialBody,
            statusCode: view.Ended ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static FactorialBody Answer(int number, FactorialAsked outcome) => outcome switch
    {
        FactorialAsked.Taken taken => FactorialBody.Brief(taken.View),
        FactorialAsked.Refused refused => new FactorialBody
        {
            Number = number.ToString(), Status = "refused", Error = QueueFull(refused),
        },
        _ => throw new InvalidOperationException("A wish has no other outcome."),
    };

    /// <summary>Who asks; on this face nobody has to say so.</summary>
    private static CallerKey Caller(HttpContext context, FieldErrors errors)
    {
        if (!context.Request.Headers.ContainsKey(Requester.Header))
        {
            return new CallerKey(context.Identity().Account, FactorialCaller.Service.Name);
        }

        if (!Requester.TryRead(context, out CallerKey caller, out string? reason))
        {
            errors.Add(Requester.Header, reason);
        }

        return caller;
    }

    private static string QueueFull(FactorialAsked.Refused refused) =>
        $"The caller may have {refused.QueuedMax} jobs waiting; nothing was taken in.";

    private static IResult NeverAsked(int number) => Problems.NotFound($"Nobody has asked for {number}!.");
}
