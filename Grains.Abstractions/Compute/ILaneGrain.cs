using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>
/// The scheduler of a pool of workers. It holds no durable state: callers and the store know what waits, and it
/// asks them when it starts. The key is the lane's number.
/// </summary>
[Alias("turnstile.ILaneGrain")]
public interface ILaneGrain : IGrainWithIntegerKey
{
    /// <summary>A caller has jobs that the lane does not know of.</summary>
    Task Offer(CallerOffer offer);

    /// <summary>Workers report and ask for slices; answered when there are any, or empty after some seconds.</summary>
    Task<ImmutableArray<SliceGrant>> Pull(WorkerReport report);

    /// <summary>
    /// Workers report while a <see cref="Pull"/> of theirs is still unanswered; it is answered if that allows it.
    /// </summary>
    Task Report(WorkerReport report);

    /// <summary>Workers end: a pull of theirs is answered empty, and they are granted no more.</summary>
    Task Leave(string workers);

    /// <summary>A caller's job shall not start.</summary>
    Task Withdraw(CallerKey caller, long job);

    /// <summary>Those of the jobs that the lane does not have.</summary>
    Task<ImmutableArray<long>> Lacking(ImmutableArray<long> jobs);

    /// <summary>A caller's settings have changed.</summary>
    Task Configure(CallerKey caller, double weight, int runningMax);

    Task<LaneCallerView> View(CallerKey caller);

    /// <summary>All of it at one moment.</summary>
    /// <param name="callersMax">Tell of so many callers.</param>
    Task<LaneOverview> Overview(int callersMax);
}
