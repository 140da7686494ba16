using Microsoft.AspNetCore.Mvc;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Api.Http.Description;
using Turnstile.Api.Keys;
using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Jobs over HTTP: asked for, looked at, followed, cancelled.</summary>
internal static class ComputeEndpoints
{
    public static void AddComputeApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddComputeOptions(configuration);
        services.AddSingleton<ComputeRequestReader>();
        services.AddSingleton<BatchReader>();
        services.AddSingleton<JobSubmission>();
    }

    public static void MapCompute(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder compute = app.MapGroup("/compute").WithTags("Compute");
        JobSubmission submission = app.ServiceProvider.GetRequiredService<JobSubmission>();
        compute.MapPost("", (Delegate)submission.One)
            .WithSummary("Takes a job in. On 202 it is on disk and will end, whatever crashes.")
            .Accepts<ComputeBody>("application/json")
            .ForCaller()
            .Idempotent(JobSubmission.IdempotencyHeader)
            .Produces<JobAcceptedBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Straight();
        compute.MapPost("/batch", (Delegate)submission.Many)
            .WithSummary("Takes up to 10,000 jobs in, as NDJSON or a JSON array: all or none.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<ComputeBody[]>("application/json", "application/x-ndjson")
            .ForCaller()
            .Idempotent(JobSubmission.IdempotencyHeader)
            .Produces<BatchAcceptedBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        compute.MapGet("/{id}", Get)
            .WithSummary("The job. With wait, held until it ends or so many seconds have passed.")
            .Produces<JobBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .Straight();
        compute.MapGet("/{id}/events", JobEvents.Stream)
            .WithSummary("The job's events as they happen: status, progress, then done.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);
        compute.MapGet("/{id}/value", JobValues.Stream)
            .WithSummary("The digits of a large factorial.")
            .Produces(StatusCodes.Status200OK, contentType: "text/plain")
            .ProducesProblem(StatusCodes.Status404NotFound);
        compute.MapDelete("/{id}", Cancel)
            .WithSummary("Cancels the job.")
            .Produces<JobStatusBody>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>The grain of the job that a path names, or null where the asker has no such job.</summary>
    public static async ValueTask<IJobGrain?> FindJob(this IGrainFactory grains, HttpContext context, string id)
    {
        if (!JobId.TryParse(id, out long number))
        {
            return null;
        }

        IJobGrain grain = grains.GetGrain<IJobGrain>(number);
        Identity identity = context.Identity();
        // What is another account's is answered as if it were not there.
        return identity.Admin || (await grain.View())?.Caller.Account == identity.Account ? grain : null;
    }

    public static IResult NoSuchJob(string id) => Problems.NotFound($"There is no job '{id}'.");

    private static async Task<IResult> Get(
        string id, string? wait, HttpContext context, IGrainFactory grains, Draining draining)
    {
        if (!Waits.TryParse(wait, out TimeSpan patience))
        {
            return Problems.BadField("wait", $"Must be seconds from 0 to {Waits.Max.TotalSeconds}.");
        }

        if (await grains.FindJob(context, id) is not { } grain)
        {
            return NoSuchJob(id);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, draining.Ending);
        JobView? job = await grain.WaitForEnd(patience, stop.Token);
        return job is null ? NoSuchJob(id) : TypedResults.Json(JobBody.Of(job), ApiJson.Default.JobBody);
    }

    private static async Task<IResult> Cancel(string id, HttpContext context, IGrainFactory grains)
    {
        if (await grains.FindJob(context, id) is not { } grain)
        {
            return NoSuchJob(id);
        }

        return await grain.Cancel() switch
        {
            CancelOutcome.Cancelling => TypedResults.Json(
                new JobStatusBody(id, "cancelling"), ApiJson.Default.JobStatusBody, statusCode: StatusCodes.Status202Accepted),
            CancelOutcome.AlreadyEnded => Problems.Conflict("The job has already ended."),
            _ => NoSuchJob(id),
        };
    }
}
