using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>Deletes jobs that ended long ago, with their results.</summary>
/// <remarks>
/// A caller's jobs go in the order in which they came: one that has not ended, or did so lately, keeps those that came after it. So the
/// repeat of a batch finds all its jobs or none, because the first of them has the key.
/// </remarks>
internal sealed class JobRetention(AgedJobs jobs, IOptions<ComputeOptions> options, TimeProvider time, ILogger<JobRetention> logger)
    : Retention("jobs", options.Value.KeepDays, time, logger)
{
    private const int PageMax = 1_000;

    protected internal override async IAsyncEnumerable<int> DropOlder(DateTimeOffset than, [EnumeratorCancellation] CancellationToken stop)
    {
        var keeping = new HashSet<long>();
        long below = JobIds.FirstAt(than);
        long after = 0;
        List<AgedJob> page;
        do
        {
            stop.ThrowIfCancellationRequested();
            page = await jobs.List(after, below, than, PageMax);
            List<long> old = [.. page.Where(job => IsOver(job, keeping)).Select(job => job.Id)];
            if (old.Count > 0)
            {
                yield return await jobs.Drop(old, than);
            }

            after = page.Count > 0 ? page[^1].Id : after;
        }
        while (page.Count == PageMax);
    }

    private static bool IsOver(AgedJob job, HashSet<long> keeping)
    {
        if (!job.EndedBefore)
        {
            keeping.Add(job.CallerId);
        }

        return !keeping.Contains(job.CallerId);
    }
}
