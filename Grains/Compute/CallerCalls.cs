using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>The way from a lane to its callers. Every call may fail, and its answer may be lost.</summary>
internal interface ICallerCalls
{
    /// <summary>Callers that have open jobs, in the order of their ids.</summary>
    Task<List<CallerRow>> WithOpenJobs(long after, int limit);

    /// <inheritdoc cref="ICallerGrain.Take"/>
    Task<CallerOffer> Take(CallerKey caller, bool afresh);

    /// <inheritdoc cref="ICallerGrain.Review"/>
    Task Review(CallerKey caller);
}

/// <inheritdoc cref="ICallerCalls"/>
internal sealed class CallerCalls(JobStore store, IGrainFactory grains) : ICallerCalls
{
    /// <summary>Jobs asked of a caller at a time: with tiny jobs some milliseconds of work, so that asking is rare.</summary>
    public const int WindowMax = 256;

    public Task<List<CallerRow>> WithOpenJobs(long after, int limit) => store.PageCallersWithOpenJobs(after, limit);

    public Task<CallerOffer> Take(CallerKey caller, bool afresh) => Grain(caller).Take(WindowMax, afresh);

    public Task Review(CallerKey caller) => Grain(caller).Review();

    private ICallerGrain Grain(CallerKey caller) => grains.GetGrain<ICallerGrain>(caller.ToString());
}
