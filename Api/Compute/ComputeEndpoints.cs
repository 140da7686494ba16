using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Turnstile.Api.Http;
using Turnstile.Api.Http.Description;
using Turnstile.Api.Keys;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Jobs over HTTP: asked for, looked at, followed, cancelled.</summary>
internal static class ComputeEndpoints
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int IdempotencyKeyLengthMax = 255;

    public static void AddComputeApi(this IServiceCollection services)
    {
        services.AddSingleton<ComputeRequestReader>();
        services.AddSingleton<BatchReader>();
    }

    public static void MapCompute(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder compute = app.MapGroup("/compute").WithTags("Compute");
        compute.MapPost("", Submit)
            .WithSummary("Takes a job in. On 202 it is on disk and will end, whatever crashes.")
            .Accepts<ComputeBody>("application/json")
            .ForCaller()
            .Idempotent(IdempotencyHeader)
            .Produces<JobAcceptedBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        compute.MapPost("/batch", SubmitBatch)
            .WithSummary("Takes up to 10,000 jobs in, as NDJSON or a JSON array: all or none.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<ComputeBody[]>("application/json", "application/x-ndjson")
            .ForCaller()
            .Produces<BatchAcceptedBody>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        compute.MapGet("/{id}", Get)
            .WithSummary("The job. With wait, held until it ends or so many seconds have passed.")
            .Produces<JobBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
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

    private static async Task<IResult> Submit(HttpContext context, IGrainFactory grains, ComputeRequestReader reader)
    {
        var errors = new FieldErrors();
        if (!Requester.TryRead(context, out CallerKey caller, out string? reason))
        {
            errors.Add(Requester.Header, reason);
        }

        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        string? key = ReadIdempotencyKey(context, errors);
        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        JobRequest? request = ReadOne(body, reader, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        request = key is null ? request! : request! with { IdempotencyKey = key };
        SubmitOutcome outcome = await grains.GetGrain<ICallerGrain>(caller.ToString()).Submit([request]);
        return outcome switch
        {
            SubmitOutcome.Accepted accepted => Accepted(accepted.Ids[0], JobStatus.Queued, request, caller),
            SubmitOutcome.Repeated repeated =>
                await grains.GetGrain<IJobGrain>(repeated.Id).View() is { } job
                    ? Accepted(job.Id, job.Status, request, caller)
                    : Accepted(repeated.Id, JobStatus.Queued, request, caller),
            SubmitOutcome.KeyReused => Problems.Unprocessable("The idempotency key was used for another request."),
            SubmitOutcome.QueueFull full => QueueFull(context, full),
            _ => throw new InvalidOperationException($"{outcome} is not an outcome of a submission."),
        };
    }

    private static async Task<IResult> SubmitBatch(HttpContext context, IGrainFactory grains, BatchReader reader)
    {
        var errors = new FieldErrors();
        if (!Requester.TryRead(context, out CallerKey caller, out string? reason))
        {
            errors.Add(Requester.Header, reason);
        }

        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        List<JobRequest> requests = reader.Read(body, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        SubmitOutcome outcome = await grains.GetGrain<ICallerGrain>(caller.ToString()).Submit([.. requests]);
        return outcome switch
        {
            SubmitOutcome.Accepted accepted => TypedResults.Json(
                new BatchAcceptedBody(accepted.Ids.Length, [.. accepted.Ids.Select(JobId.Format)]),
                ApiJson.Default.BatchAcceptedBody,
                statusCode: StatusCodes.Status202Accepted),
            SubmitOutcome.QueueFull full => QueueFull(context, full),
            _ => throw new InvalidOperationException($"{outcome} is not an outcome of a batch."),
        };
    }

    private static async Task<IResult> Get(
        string id, string? wait, HttpContext context, IGrainFactory grains, IHostApplicationLifetime lifetime)
    {
        if (!Waits.TryParse(wait, out TimeSpan patience))
        {
            return Problems.BadField("wait", $"Must be seconds from 0 to {Waits.Max.TotalSeconds}.");
        }

        if (await grains.FindJob(context, id) is not { } grain)
        {
            return NoSuchJob(id);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
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

    private static string? ReadIdempotencyKey(HttpContext context, FieldErrors errors)
    {
        switch (context.Request.Headers[IdempotencyHeader].ToArray())
        {
            case []:
                return null;
            case [{ Length: > 0 and <= IdempotencyKeyLengthMax } key] when !key.AsSpan().ContainsAnyExceptInRange('!', '~'):
                return key;
            default:
                errors.Add(IdempotencyHeader, $"Must be 1 to {IdempotencyKeyLengthMax} visible ASCII characters, once.");
                return null;
        }
    }

    private static JobRequest? ReadOne(ReadOnlySequence<byte> body, ComputeRequestReader reader, FieldErrors errors)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            JobRequest? request = reader.Read(ref json, "", errors);
            // What follows the object has to be nothing; the reader throws where it is not.
            json.Read();
            return request;
        }
        catch (Exception e) when (e.IsBadJson())
        {
            errors.Add("body", $"Is not JSON: {e.Message}");
            return null;
        }
    }

    private static AcceptedJob Accepted(long id, JobStatus status, JobRequest request, CallerKey caller)
    {
        string text = JobId.Format(id);
        return new AcceptedJob(new JobAcceptedBody(
            text, Words.Of(status), Words.Of(request.Operation), request.Number, caller.Name));
    }

    private static IResult QueueFull(HttpContext context, SubmitOutcome.QueueFull full) => Problems.TooMany(
        context, $"The caller may have {full.QueuedMax} jobs waiting; nothing was taken in.", full.RetryAfterSeconds);

    /// <summary>202 with the job's address.</summary>
    private sealed class AcceptedJob(JobAcceptedBody body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status202Accepted;
            httpContext.Response.Headers.Location = $"/compute/{body.Id}";
            return httpContext.Response.WriteAsJsonAsync(body, ApiJson.Default.JobAcceptedBody);
        }
    }
}
