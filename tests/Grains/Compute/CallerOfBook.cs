using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>One caller with the book that its grain has, behind calls that fail when told to.</summary>
internal sealed class CallerOfBook : ICallerCalls
{
    public static readonly CallerKey Key = new("", "one");

    public CallerBook Book { get; } = new(new CallerRow(1, Key), windowMax: 100);

    /// <summary>So many of the next answers do not arrive; what was asked is done.</summary>
    public int AnswersToLose { get; set; }

    public int ListsToFail { get; set; }

    /// <summary>How often all callers were asked for.</summary>
    public int Lists { get; private set; }

    /// <summary>What each call said.</summary>
    public List<bool> Afresh { get; } = [];

    public void Has(params long[] jobs)
    {
        foreach (long job in jobs)
        {
            Book.Find(BacklogTests.Job(job));
        }
    }

    public Task<List<CallerRow>> WithOpenJobs(long after, int limit)
    {
        Lists++;
        return ListsToFail-- > 0
            ? Task.FromException<List<CallerRow>>(new TimeoutException("The store is away."))
            : Task.FromResult<List<CallerRow>>(Book.Open > 0 ? [Book.Row] : []);
    }

    public Task<CallerOffer> Take(CallerKey caller, bool afresh)
    {
        Afresh.Add(afresh);
        if (afresh)
        {
            Book.TakeBack();
        }

        var offer = new CallerOffer { Caller = Key, Weight = 1, RunningMax = 100, Jobs = Book.Take(100), More = Book.HasMore };
        return AnswersToLose-- > 0
            ? Task.FromException<CallerOffer>(new TimeoutException("The answer was lost."))
            : Task.FromResult(offer);
    }

    public Task Review(CallerKey caller) => throw new NotSupportedException();
}
