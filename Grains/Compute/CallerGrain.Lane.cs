using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <content>What goes between the caller's queue and the lane: jobs handed over a few at a time, and their ends.</content>
internal sealed partial class CallerGrain
{
    private const int OfferMax = 256;
    private const int PageMax = 1_024;

    private static readonly TimeSpan OfferAgainPeriod = TimeSpan.FromSeconds(1);

    private bool _offering;

    public async Task<CallerOffer> Take(int limit, bool afresh)
    {
        if (afresh)
        {
            _book.TakeBack();
        }

        if (_book.BeginPage() is { } page)
        {
            await Read(page);
        }

        return Next(limit);
    }

    public Task Ended(ImmutableArray<JobEnd> ends)
    {
        foreach (JobEnd end in ends)
        {
            _book.End(end, Now);
        }

        Keep();
        Feed(priority: 0);
        return Task.CompletedTask;
    }

    public async Task Withdraw(JobEnd end, int priority)
    {
        if (_book.Withdraw(end, priority, Now))
        {
            await Lane.Withdraw(_key, end.Job);
        }

        Keep();
    }

    public Task Requeue(QueuedJob job)
    {
        _book.Return(job);
        Keep();
        Feed(job.Priority);
        return Task.CompletedTask;
    }

    /// <summary>An open job of the store, which may have been stored without this activation's knowing.</summary>
    private void Find(JobRow job)
    {
        if (_book.Find(job.ToQueued(recovered: true)))
        {
            logger.LogWarning("Job {Job} of {Caller} waited unknown to anybody; it is queued.", JobId.Format(job.Id), _key);
            Keep();
            Feed(job.Priority);
        }
    }

    private CallerOffer Next(int limit)
    {
        ImmutableArray<QueuedJob> jobs = _book.Take(limit);
        _book.LaneAsks = _book.HasMore;
        return new CallerOffer { Caller = _key, Weight = Weight, RunningMax = RunningMax, Jobs = jobs, More = _book.LaneAsks };
    }

    /// <summary>Tells the lane of new jobs, unless it will ask for them anyway in time.</summary>
    private void Feed(int priority)
    {
        if (!_offering && _book.HasMore && (!_book.LaneAsks || priority > _book.HandedPriority))
        {
            Offer().InBackground(logger);
        }
    }

    /// <summary>One offer at a time: what comes meanwhile goes with the next one.</summary>
    private async Task Offer()
    {
        _offering = true;
        try
        {
            do
            {
                await Hand();
            }
            while (_book.HasMore && !_book.LaneAsks && !_left);
        }
        finally
        {
            _offering = false;
        }
    }

    /// <summary>
    /// Where the lane cannot be reached it has nothing of this caller: everything is offered again a little later.
    /// </summary>
    private async Task Hand()
    {
        try
        {
            await Lane.Offer(Next(_book.OfferSize(OfferMax)));
        }
        catch (Exception) when (_left)
        {
            // The lane asks all callers that have open jobs when it misses workers, and so wakes the grain anew, from its rows.
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Caller {Caller} could not offer its jobs; they are offered again.", _key);
            _book.TakeBack();
            await Task.Delay(OfferAgainPeriod, Time);
        }
    }

    private async Task Read(BacklogPage page)
    {
        try
        {
            List<QueuedJob> jobs = await store.PageBacklog(_book.Row.Id, page, _recoveredUpTo, PageMax);
            _book.Fill(page, jobs, whole: jobs.Count < PageMax);
        }
        catch
        {
            _book.EndPage(page);
            throw;
        }
    }
}
