using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>A job as it is stored.</summary>
internal sealed record JobRow
{
    public required long Id { get; init; }

    public required long CallerId { get; init; }

    /// <summary>Of the caller; joined in when a row is read.</summary>
    public required CallerKey Caller { get; init; }

    public required JobOperation Operation { get; init; }

    public required string Number { get; init; }

    public required int Priority { get; init; }

    public double? TimeoutSeconds { get; init; }

    public string? IdempotencyKey { get; init; }

    public required JobStatus Status { get; init; }

    public int Attempts { get; init; }

    /// <summary>Counts who has taken the job up; a write that names another epoch than the stored one changes
    /// nothing.</summary>
    public long Epoch { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double CpuSeconds { get; init; }

    public JobResult? Result { get; init; }

    public string? Error { get; init; }

    /// <summary>It failed as often as a job may and waits for somebody to look at it.</summary>
    public bool Dead { get; init; }

    /// <summary>The trace it belongs to while it is new; not stored.</summary>
    public string? Trace { get; init; }

    /// <summary>True once the job can change no more.</summary>
    public bool Ended => Status >= JobStatus.Done;

    /// <summary>A job that has never run, as its queue knows it.</summary>
    public static JobRow FromQueue(SliceGrant grant) => new()
    {
        Id = grant.Job.Id,
        CallerId = grant.Job.CallerId,
        Caller = grant.Caller,
        Operation = grant.Job.Operation,
        Number = grant.Job.Number ?? throw new ArgumentException("The queue left the number out.", nameof(grant)),
        Priority = grant.Job.Priority,
        TimeoutSeconds = grant.Job.TimeoutSeconds,
        Status = JobStatus.Queued,
        SubmittedAt = grant.Job.SubmittedAt,
    };

    /// <summary>The job as its queue has to know it.</summary>
    /// <param name="recovered">It is not new: it may have run before.</param>
    public QueuedJob ToQueued(bool recovered) => new()
    {
        Id = Id,
        CallerId = CallerId,
        Operation = Operation,
        Number = Number.Length <= QueuedJob.InlineDigitsMax ? Number : null,
        Digits = Number.Length,
        Priority = Priority,
        Recovered = recovered,
        SubmittedAt = SubmittedAt,
        TimeoutSeconds = TimeoutSeconds,
        Trace = Trace,
    };

    public JobView ToView(double progress = 0, long version = 0) => new()
    {
        Id = Id,
        Caller = Caller,
        Operation = Operation,
        Number = Number,
        Status = Status,
        Priority = Priority,
        SubmittedAt = SubmittedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        CpuSeconds = CpuSeconds,
        Attempts = Attempts,
        Progress = Status == JobStatus.Done ? 1 : progress,
        Result = Result,
        Error = Error,
        Version = version,
    };
}

/// <summary>A caller as it is stored, with what its ended jobs came to.</summary>
internal sealed record CallerRow(
    long Id, CallerKey Key, long Done = 0, long Failed = 0, long Cancelled = 0, double CpuSeconds = 0);

/// <summary>A job that waits or runs.</summary>
internal readonly record struct OpenJob(long Id, int Priority);

/// <summary>How many jobs of a caller wait or run at one priority.</summary>
internal readonly record struct OpenJobs(int Priority, long Count);
