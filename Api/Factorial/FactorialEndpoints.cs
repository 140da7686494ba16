using Microsoft.AspNetCore.Mvc;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Api.Http.Description;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Factorials over HTTP, at two addresses, which mean the same: read, followed, listed.</summary>
internal static class FactorialEndpoints
{
    /// <summary>The address that answers point to, wherever they were asked for.</summary>
    public const string Address = "/api/v1/factorial";

    private const int MostAsked = 10;

    public static void MapFactorial(this IEndpointRouteBuilder app)
    {
        Map(app.MapGroup(Address).WithTags("Factorial"));
        Map(app.MapGroup("/factorial").WithTags("Factorial"));
    }

    private static void Map(RouteGroupBuilder factorial)
    {
        factorial.MapPost("", FactorialWishes.Ask)
            .WithSummary("Has n! computed. On 202 the wish is on disk and will end, whatever crashes; 200 if it is known.")
            .Accepts<FactorialRequestBody>("application/json")
            .ForCaller(required: false)
            .Produces<FactorialBody>()
            .Produces<FactorialBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        factorial.MapPost("/batch", FactorialWishes.AskMany)
            .WithSummary("Has many factorials computed; an answer for each.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<FactorialBatchRequestBody>("application/json")
            .ForCaller(required: false)
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
        factorial.MapGet("/{n}", Get)
            .WithSummary("The factorial with its digits; as text/plain the digits alone, in ranges. 202 while under way.")
            .Produces<FactorialBody>(StatusCodes.Status200OK, "application/json", "text/plain")
            .Produces<FactorialBody>(StatusCodes.Status202Accepted)
            .Produces<string>(StatusCodes.Status206PartialContent, "text/plain")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status416RangeNotSatisfiable);
        factorial.MapGet("/{n}/digits", GetDigits)
            .WithSummary("The digits alone, whatever is accepted.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Produces<FactorialBody>(StatusCodes.Status202Accepted)
            .Produces<string>(StatusCodes.Status206PartialContent, "text/plain")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status416RangeNotSatisfiable);
        factorial.MapGet("/{n}/events", Events)
            .WithSummary("How the factorial stands, as it changes; then done.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> List(string? status, string? limit, string? after, IGrainFactory grains)
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

        // What was asked for while the limit was higher is listed too, and ends pages.
        int cursor = -1;
        if (after is not null && !PlainNumbers.TryParse(after, out cursor))
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
            { View: { } view } => new FactorialStanding(view),
            _ => NeverAsked(number),
        };
    }

    private static async Task<IResult> Events(
        string n, HttpContext context, IGrainFactory grains, FactorialNumbers numbers, Draining draining)
    {
        if (!numbers.Accepts(n, out int number))
        {
            return numbers.BadPath();
        }

        IFactorialGrain grain = grains.GetGrain<IFactorialGrain>(number);
        return await grain.View() is { } view
            ? TypedResults.ServerSentEvents(
                FactorialEvents.Follow(grain, view, draining.Ending, context.RequestAborted))
            : NeverAsked(number);
    }

    private static IResult NeverAsked(int number) => Problems.NotFound($"Nobody has asked for {number}!.");
}
