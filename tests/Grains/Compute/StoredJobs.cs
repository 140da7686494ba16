using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>Rows of jobs.</summary>
internal static class StoredJobs
{
    /// <summary>Whose the jobs are: the caller with the id 1.</summary>
    public static readonly CallerKey One = new("", "one");

    public static JobRow Job(long id) => new()
    {
        Id = id, CallerId = 1, Caller = One, Operation = JobOperation.IsPrime, Number = "15", Priority = 0,
        Status = JobStatus.Queued, SubmittedAt = DateTimeOffset.UnixEpoch.AddSeconds(id),
    };

    /// <summary>The same at its end, a day after the epoch of Unix.</summary>
    public static JobRow Ended(long id, JobStatus status) => Job(id) with
    {
        Status = status, Attempts = 1, CpuSeconds = 0.5, FinishedAt = DateTimeOffset.UnixEpoch.AddDays(1),
        StartedAt = DateTimeOffset.UnixEpoch.AddHours(1), Error = status == JobStatus.Failed ? "wrong" : null,
    };
}
