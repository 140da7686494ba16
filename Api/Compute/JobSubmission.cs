using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Turnstile.Api.Http;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>
/// Takes jobs in, one or many. This is the service's busiest way, so requests are read and answers written without the
/// detours of bound parameters and result objects; only refusals take them.
/// </summary>
internal sealed class JobSubmission(IGrainFactory grains, ComputeRequestReader reader, BatchReader batches)
{
    public const string IdempotencyHeader = "Idempotency-Key";
    private const int IdempotencyKeyLengthMax = 255;

    /// <summary>One job.</summary>
    public async Task One(HttpContext context)
    {
        if (!context.Request.IsJson())
        {
            await Problems.UnsupportedMedia("Send application/json.").ExecuteAsync(context);
            return;
        }

        var errors = new FieldErrors();
        CallerKey caller = ReadCaller(context, errors);
        string? key = ReadIdempotencyKey(context, errors);
        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        JobRequest? request = ReadOne(body, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            await Problems.BadFields(errors).ExecuteAsync(context);
            return;
        }

        request = key is null ? request! : request! with { IdempotencyKey = key };
        SubmitOutcome outcome = await grains.GetGrain<ICallerGrain>(caller.ToString()).Submit([request]);
        switch (outcome)
        {
            case SubmitOutcome.Accepted accepted:
                Answer(context.Response, accepted.Ids[0], JobStatus.Queued, request, caller);
                break;
            case SubmitOutcome.Repeated repeated:
                JobView? job = await grains.GetGrain<IJobGrain>(repeated.Id).View();
                Answer(context.Response, repeated.Id, job?.Status ?? JobStatus.Queued, request, caller);
                break;
            default:
                await Refusal(context, outcome, count: 1).ExecuteAsync(context);
                break;
        }
    }

    /// <summary>Many jobs, all or none.</summary>
    public async Task Many(HttpContext context)
    {
        var errors = new FieldErrors();
        CallerKey caller = ReadCaller(context, errors);
        string? key = ReadIdempotencyKey(context, errors);
        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        List<JobRequest> requests = batches.Read(body, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (errors.Any)
        {
            await Problems.BadFields(errors).ExecuteAsync(context);
            return;
        }

        requests[0] = key is null ? requests[0] : requests[0] with { IdempotencyKey = key };
        SubmitOutcome outcome = await grains.GetGrain<ICallerGrain>(caller.ToString()).Submit([.. requests]);
        switch (outcome)
        {
            case SubmitOutcome.Accepted accepted:
                Answer(context.Response, accepted.Ids);
                break;
            case SubmitOutcome.Repeated repeated:
                Answer(context.Response, [repeated.Id]);
                break;
            default:
                await Refusal(context, outcome, requests.Count).ExecuteAsync(context);
                break;
        }
    }

    private static CallerKey ReadCaller(HttpContext context, FieldErrors errors)
    {
        if (!Requester.TryRead(context, out CallerKey caller, out string? reason))
        {
            errors.Add(Requester.Header, reason);
        }

        return caller;
    }

    private static string? ReadIdempotencyKey(HttpContext context, FieldErrors errors)
    {
        StringValues keys = context.Request.Headers[IdempotencyHeader];
        if (keys.Count == 0)
        {
            return null;
        }

        if (keys is [{ Length: > 0 and <= IdempotencyKeyLengthMax } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return key;
        }

        errors.Add(IdempotencyHeader, $"Must be 1 to {IdempotencyKeyLengthMax} visible ASCII characters, once.");
        return null;
    }

    private JobRequest? ReadOne(ReadOnlySequence<byte> body, FieldErrors errors)
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

    private static IResult Refusal(HttpContext context, SubmitOutcome outcome, int count) => outcome switch
    {
        SubmitOutcome.KeyReused => Problems.Unprocessable("The idempotency key was used for another request."),
        // However often it comes back, there is never room for it.
        SubmitOutcome.QueueFull never when count > never.QueuedMax => Problems.Unprocessable(
            $"The caller may have {never.QueuedMax} jobs waiting and running, fewer than this batch has; nothing was taken in."),
        SubmitOutcome.QueueFull full => Problems.TooMany(
            context, $"The caller may have {full.QueuedMax} jobs waiting and running; nothing was taken in.", full.RetryAfterSeconds),
        _ => throw new InvalidOperationException($"{outcome} is not a refusal."),
    };

    /// <summary>202 with the job's address.</summary>
    private static void Answer(HttpResponse response, long id, JobStatus status, JobRequest request, CallerKey caller)
    {
        string text = JobId.Format(id);
        response.Headers.Location = $"/compute/{text}";
        var body = new JobAcceptedBody(text, Words.Of(status), Words.Of(request.Operation), request.Number, caller.Name);
        response.SendJson(StatusCodes.Status202Accepted, body, Write);
    }

    private static void Write(Utf8JsonWriter json, JobAcceptedBody job) =>
        JsonSerializer.Serialize(json, job, ApiJson.Default.JobAcceptedBody);

    /// <summary>202 with the ids in the order of the batch.</summary>
    private static void Answer(HttpResponse response, ImmutableArray<long> ids) =>
        response.SendJson(StatusCodes.Status202Accepted, ids, Write);

    private static void Write(Utf8JsonWriter json, ImmutableArray<long> ids)
    {
        json.WriteStartObject();
        json.WriteNumber("accepted"u8, ids.Length);
        json.WriteStartArray("ids"u8);
        foreach (long id in ids)
        {
            json.WriteStringValue(JobId.Format(id));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
