using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <content>Whether every open job is known to somebody: jobs in the store to this grain, jobs handed over to the lane.</content>
internal sealed partial class CallerGrain
{
    // What the last look missed. Most of it was on its way: it is no matter unless the next look misses it too.
    private HashSet<long> _lacking = [];
    private HashSet<long> _strange = [];

    public async Task Review()
    {
        if (_book.Handed is { IsEmpty: false } handed)
        {
            ImmutableArray<long> lacking = await Lane.Lacking(handed);
            foreach (long id in Again(ref _lacking, lacking))
            {
                TakeBack(id);
            }
        }

        List<OpenJob> open = await store.ListOpen(_book.Row.Id, _book.ReadUpTo());
        await Find(Again(ref _strange, _book.Strange(open)));
    }

    /// <summary>Queues those of the jobs that are open and unknown, at once: none of them may be on its way.</summary>
    private async Task FindAmong(IReadOnlyCollection<long> jobs)
    {
        List<OpenJob> open = await store.ListOpen(_book.Row.Id, _book.ReadUpTo());
        await Find([.. _book.Strange(open).Intersect(jobs)]);
    }

    private async Task Find(List<long> unknown)
    {
        foreach (long id in unknown)
        {
            if (await store.FindJob(id) is { Ended: false } job)
            {
                Find(job);
            }
        }
    }

    private static List<long> Again(ref HashSet<long> before, IEnumerable<long> missed)
    {
        HashSet<long> now = [.. missed];
        List<long> again = [.. now.Where(before.Contains)];
        before = now;
        return again;
    }

    private void TakeBack(long id)
    {
        if (_book.TakeBack(id) is { } job)
        {
            logger.LogWarning("Job {Job} of {Caller} was handed over and is not there; it is queued.", JobId.Format(id), _key);
            Feed(job.Priority);
        }
    }
}
