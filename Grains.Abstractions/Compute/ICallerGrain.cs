using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>
/// A caller: takes its jobs in, keeps its queue, and knows how it fares. The key is a <see cref="CallerKey"/>.
/// </summary>
[Alias("turnstile.ICallerGrain")]
public interface ICallerGrain : IGrainWithStringKey
{
    /// <summary>Stores all the jobs, or none; they are on disk when this returns accepted.</summary>
    Task<SubmitOutcome> Submit(ImmutableArray<JobRequest> requests);

    Task<CallerView> View();

    /// <summary>Changes the settings given; they act on the jobs that already wait.</summary>
    Task<CallerView> Configure(CallerSettings settings);

    /// <summary>The caller's jobs, newest first.</summary>
    /// <param name="status">Only those; null for all.</param>
    /// <param name="limit">1…1,000.</param>
    /// <param name="after">The last id of the page before; null for the first page.</param>
    Task<Page<JobView>> Jobs(JobStatus? status, int limit, long? after);

    /// <summary>Where a queued job stands in the caller's queue.</summary>
    Task<JobWait> WaitOf(long job, int priority);

    /// <summary>The scheduler asks for the next jobs.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="afresh">The scheduler has just started and has none of the jobs that it was handed before.</param>
    Task<CallerOffer> Take(int limit, bool afresh);

    /// <summary>The workers tell which of its jobs have ended.</summary>
    Task Ended(ImmutableArray<JobEnd> ends);

    /// <summary>A job grain tells that its job has ended out of turn: cancelled, or with another's answer.</summary>
    Task Withdraw(JobEnd end, int priority);

    /// <summary>A job grain tells that its job waits again.</summary>
    Task Requeue(QueuedJob job);

    /// <summary>
    /// The scheduler has the caller look whether all its open jobs are known to somebody. What two looks in succession miss is
    /// queued; the time between them is for what is on its way.
    /// </summary>
    Task Review();
}
