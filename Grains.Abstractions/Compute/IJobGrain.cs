namespace Turnstile.Compute;

/// <summary>A job: computes in slices and holds its result. The key is the job's id.</summary>
[Alias("turnstile.IJobGrain")]
public interface IJobGrain : IGrainWithIntegerKey
{
    /// <summary>The job as it stands; null where there is none.</summary>
    Task<JobView?> View();

    /// <summary>
    /// The job as soon as it has changed since <paramref name="version"/>, or as it stands after <paramref name="patience"/>
    /// (at most 5 s).
    /// </summary>
    [ResponseTimeout("00:00:10")]
    Task<JobView?> Changed(long version, TimeSpan patience);

    /// <summary>
    /// The job as soon as it has ended, or as it stands after <paramref name="patience"/> (at most 5 s).
    /// </summary>
    [ResponseTimeout("00:00:10")]
    Task<JobView?> WhenEnded(TimeSpan patience);

    /// <summary>Ends the job at the next chance.</summary>
    Task<CancelOutcome> Cancel();

    /// <summary>Queues a dead letter again.</summary>
    Task<RetryOutcome> Retry();

    /// <summary>
    /// A piece of the digits of a factorial, in ASCII; empty past their end, null where the job has none.
    /// </summary>
    Task<ReadOnlyMemory<byte>?> ReadValue(long offset, int count);

    /// <summary>A worker runs one slice of the job.</summary>
    Task<SliceEnd> RunSlice(SliceGrant grant);

    /// <summary>
    /// Ends the job, unless it has ended, with the answer that another job found to the same question.
    /// </summary>
    Task Adopt(long source);

    /// <summary>The job waits while too many others do: it writes its state down and lets go of the memory.</summary>
    Task Cool();
}
