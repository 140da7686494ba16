using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>A job as JSON.</summary>
internal sealed record JobBody
{
    public required string Id { get; init; }

    public required string Status { get; init; }

    public required string Operation { get; init; }

    public required string Number { get; init; }

    public required string Caller { get; init; }

    public int Priority { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double CpuSeconds { get; init; }

    public int Attempts { get; init; }

    public double Progress { get; init; }

    public WaitBody? Wait { get; init; }

    /// <summary>By operation: factors, a factorial, whether it is prime, the next prime.</summary>
    public object? Result { get; init; }

    public string? Error { get; init; }

    /// <summary>The attempts that did not finish it, oldest first.</summary>
    public IReadOnlyList<JobFailureBody> Failures { get; init; } = [];

    public static JobBody Of(JobView job) => new()
    {
        Id = JobId.Format(job.Id),
        Status = Words.Of(job.Status),
        Operation = Words.Of(job.Operation),
        Number = job.Number,
        Caller = job.Caller.Name,
        Priority = job.Priority,
        SubmittedAt = job.SubmittedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        CpuSeconds = Math.Round(job.CpuSeconds, 6),
        Attempts = job.Attempts,
        Progress = job.Progress,
        Wait = job.Wait is { } wait ? new WaitBody(wait.Position, wait.EstimateSeconds) : null,
        Result = ResultOf(job),
        Error = job.Error,
        Failures = [.. job.Failures.Select(failed => new JobFailureBody(failed.Attempt, failed.At, failed.Reason))],
    };

    private static object? ResultOf(JobView job) => job.Result switch
    {
        FactorialResult { Value: null } large => new LargeFactorialBody(
            large.Number, large.Digits, large.Sha256, $"/compute/{JobId.Format(job.Id)}/value"),
        { } result => result,
        null => null,
    };
}

/// <summary>Why a queued job waits.</summary>
/// <param name="Position">Its place among its caller's jobs, from 1.</param>
/// <param name="EstimateSeconds">
/// Seconds until it starts at the present pace; null where there is none to go by.
/// </param>
internal sealed record WaitBody(long Position, double? EstimateSeconds);

/// <summary>An attempt, from 1, that did not finish its job.</summary>
internal sealed record JobFailureBody(int Attempt, DateTimeOffset At, string Reason);

/// <summary>A factorial whose digits are too many for a body; they are at <c>href</c>.</summary>
internal sealed record LargeFactorialBody(string Number, int Digits, string Sha256, string Href);

/// <summary>The answer to a new job.</summary>
internal sealed record JobAcceptedBody(string Id, string Status, string Operation, string Number, string Caller);

/// <summary>The answer to a batch: the ids in the order of the batch.</summary>
internal sealed record BatchAcceptedBody(int Accepted, IReadOnlyList<string> Ids);

/// <summary>The answer to a change of a job.</summary>
internal sealed record JobStatusBody(string Id, string Status);

/// <summary>What a job's event stream tells on the way.</summary>
internal sealed record JobProgressBody(string Id, string Status, double Progress, double CpuSeconds);
