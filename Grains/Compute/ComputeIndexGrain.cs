using System.Collections.Immutable;
using Orleans.Concurrency;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>Reads lists across callers from the store; as many of it run at once as are asked.</summary>
[StatelessWorker]
[Reentrant]
internal sealed class ComputeIndexGrain(JobStore store) : Grain, IComputeIndexGrain
{
    public async Task<Page<CallerKey>> Callers(string? account, int limit, string? after)
    {
        CallerKey start = after is null ? new CallerKey("", "") : CallerKey.Parse(after);
        List<CallerKey> keys = await store.PageCallers(account, start, limit + 1);
        return Pages.Of(keys, limit, key => key, key => key.ToString());
    }

    public async Task<bool> Knows(CallerKey caller) => await store.FindCaller(caller) is not null;

    public async Task<ImmutableArray<JobView>> Latest(int limit) =>
        [.. (await store.LatestJobs(limit)).Select(row => row.ToView())];

    public async Task<Page<JobView>> DeadLetters(string? account, int limit, long? after)
    {
        List<JobRow> rows = await store.PageDead(account, after, limit + 1);
        ILookup<long, JobFailure> failures = await store.FindFailures([.. rows.Select(row => row.Id)]);
        return Pages.Of(
            rows, limit, row => row.ToView() with { Failures = [.. failures[row.Id]] }, row => JobId.Format(row.Id));
    }
}
