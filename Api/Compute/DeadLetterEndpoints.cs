using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Jobs that failed too often, over HTTP.</summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder dead = app.MapGroup("/dead-letters/compute").WithTags("Dead letters").ForAdmins().TakingAccount();
        dead.MapGet("", List)
            .WithSummary("Jobs that were given up after too many attempts, newest first.")
            .Produces<PageBody<JobBody>>()
            .ProducesValidationProblem();
        dead.MapPost("/{id}/retry", Retry)
            .WithSummary("Queues the job again.")
            .Produces<JobStatusBody>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> List(string? limit, string? after, string? account, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        int size = PageQuery.Limit(limit, errors);
        long? cursor = JobPages.After(after, errors);
        return errors.Any
            ? Problems.BadFields(errors)
            : JobPages.Answer(await grains.GetGrain<IComputeIndexGrain>(0).DeadLetters(account, size, cursor));
    }

    private static async Task<IResult> Retry(string id, HttpContext context, IGrainFactory grains)
    {
        if (await grains.FindJob(context, id) is not { } grain)
        {
            return ComputeEndpoints.NoSuchJob(id);
        }

        return await grain.Retry() switch
        {
            RetryOutcome.Queued => TypedResults.Json(
                new JobStatusBody(id, "queued"), ApiJson.Default.JobStatusBody, statusCode: StatusCodes.Status202Accepted),
            RetryOutcome.NotDead => Problems.Conflict("The job is not a dead letter."),
            _ => ComputeEndpoints.NoSuchJob(id),
        };
    }
}
