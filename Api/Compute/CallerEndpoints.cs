using System.Text.Json;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Callers over HTTP: how they fare, what they have, what they may.</summary>
internal static class CallerEndpoints
{
    private const double WeightMin = 0.01;
    private const double WeightMax = 100;
    private const int RunningMaxMax = 1_000_000;
    private const int QueuedMaxMax = 1_000_000_000;

    public static void MapCallers(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder callers = app.MapGroup("/callers").WithTags("Callers").TakingAccount();
        callers.MapGet("", List)
            .WithSummary("All callers, by name.")
            .Produces<PageBody<CallerBody>>()
            .ProducesValidationProblem();
        callers.MapGet("/{caller}", Get)
            .WithSummary("One caller: what it has waiting and running, its share, its waits.")
            .Produces<CallerBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        callers.MapPut("/{caller}", Put)
            .WithSummary("Sets a caller's weight and limits; they act at once, also on what already waits.")
            .Accepts<CallerSettingsBody>("application/json")
            .Produces<CallerBody>()
            .ProducesValidationProblem()
            .ForAdmins();
        callers.MapGet("/{caller}/jobs", Jobs)
            .WithSummary("The caller's jobs, newest first; fewer than asked for where their values are long.")
            .Produces<PageBody<JobBody>>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> List(
        string? limit, string? after, string? account, HttpContext context, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        int size = PageQuery.Limit(limit, errors);
        CallerKey start = default;
        if (after is not null && !Requester.TryParse(context, after, account, out start))
        {
            errors.Add("after", "Is not the cursor of a page.");
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        string? cursor = after is null ? null : start.ToString();
        Page<CallerKey> page = await grains.GetGrain<IComputeIndexGrain>(0)
            .Callers(AccountQuery.Of(context, account), size, cursor);
        CallerView[] views = await Task.WhenAll(page.Items.Select(key => grains.GetGrain<ICallerGrain>(key.ToString()).View()));
        string? next = page.Next is { } last ? CallerKey.Parse(last).Name : null;
        return TypedResults.Json(
            new PageBody<CallerBody>([.. views.Select(CallerBody.Of)], next), ApiJson.Default.PageBodyCallerBody);
    }

    private static async Task<IResult> Get(string caller, string? account, HttpContext context, IGrainFactory grains) =>
        await Find(context, caller, account, grains) is { } grain
            ? TypedResults.Json(CallerBody.Of(await grain.View()), ApiJson.Default.CallerBody)
            : NoSuchCaller(caller);

    private static async Task<IResult> Put(string caller, string? account, HttpContext context, IGrainFactory grains)
    {
        if (!Requester.TryReadPath(context, caller, account, out CallerKey key))
        {
            return Problems.BadField("caller", "Is not a caller's name: 1 to 128 visible ASCII characters.");
        }

        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        CallerSettingsBody? body;
        try
        {
            body = await context.Request.ReadJson(ApiJson.Default.CallerSettingsBody);
        }
        catch (JsonException e)
        {
            return Problems.BadField(e.Path is { Length: > 2 } path ? path[2..] : "body", "Is not JSON of the right type.");
        }

        FieldErrors errors = Check(body);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        CallerView view = await grains.GetGrain<ICallerGrain>(key.ToString()).Configure(new CallerSettings
        {
            Weight = body!.Weight, RunningMax = body.MaxRunning, QueuedMax = body.MaxQueued,
        });
        return TypedResults.Json(CallerBody.Of(view), ApiJson.Default.CallerBody);
    }

    private static async Task<IResult> Jobs(
        string caller,
        string? status,
        string? limit,
        string? after,
        string? account,
        HttpContext context,
        IGrainFactory grains)
    {
        var errors = new FieldErrors();
        int size = PageQuery.Limit(limit, errors);
        long? cursor = JobPages.After(after, errors);
        JobStatus? only = null;
        if (status is not null)
        {
            if (Words.TryParse(status, out JobStatus parsed))
            {
                only = parsed;
            }
            else
            {
                errors.Add("status", $"Must be one of {Words.AllStatuses}.");
            }
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        return await Find(context, caller, account, grains) is { } grain
            ? JobPages.Answer(await grain.Jobs(only, size, cursor))
            : NoSuchCaller(caller);
    }

    private static async ValueTask<ICallerGrain?> Find(
        HttpContext context, string caller, string? account, IGrainFactory grains) =>
        Requester.TryReadPath(context, caller, account, out CallerKey key)
        && await grains.GetGrain<IComputeIndexGrain>(0).Knows(key)
            ? grains.GetGrain<ICallerGrain>(key.ToString())
            : null;

    private static FieldErrors Check(CallerSettingsBody? body)
    {
        var errors = new FieldErrors();
        if (body is null)
        {
            errors.Add("body", "Must be a JSON object.");
            return errors;
        }

        if (body.Weight is { } weight and not (>= WeightMin and <= WeightMax))
        {
            errors.Add("weight", $"Is {weight}; must be from {WeightMin} to {WeightMax}.");
        }

        if (body.MaxRunning is < 1 or > RunningMaxMax)
        {
            errors.Add("max_running", $"Must be from 1 to {RunningMaxMax}.");
        }

        if (body.MaxQueued is < 1 or > QueuedMaxMax)
        {
            errors.Add("max_queued", $"Must be from 1 to {QueuedMaxMax}.");
        }

        return errors;
    }

    private static IResult NoSuchCaller(string caller) => Problems.NotFound($"There is no caller '{caller}'.");
}
