using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class JobPagesTests
{
    [Theory]
    [InlineData(1_000, 10)]
    [InlineData(1_000, 1_000)]
    [InlineData(64, 63)]
    [InlineData(64, 64)]
    [InlineData(63, 64)]
    [InlineData(0, 5)]
    public async Task Pages_of_short_jobs_are_full_and_have_each_job_once(int jobs, int limit)
    {
        List<Page<JobView>> pages = await ReadAll(Jobs(jobs, digits: 1), limit);
        AssertEachOnce(jobs, pages);
        Assert.All(pages.SkipLast(1), page => Assert.Equal(limit, page.Items.Length));
    }

    [Fact]
    public async Task Pages_of_jobs_with_long_digits_end_early_and_have_each_job_once()
    {
        const int million = 1_000_000;
        List<Page<JobView>> pages = await ReadAll(Jobs(300, million), limit: 1_000);
        AssertEachOnce(300, pages);
        Assert.All(pages, page => Assert.InRange(page.Items.Length, 1, 64));
    }

    private static void AssertEachOnce(int jobs, List<Page<JobView>> pages) => Assert.Equal(
        Enumerable.Range(1, jobs).Reverse().Select(id => (long)id),
        pages.SelectMany(page => page.Items).Select(job => job.Id));

    private static async Task<List<Page<JobView>>> ReadAll(List<JobRow> jobs, int limit)
    {
        var pages = new List<Page<JobView>>();
        long? before = null;
        do
        {
            pages.Add(await JobPages.Read(
                (from, most) => Task.FromResult(jobs.Where(job => job.Id < (from ?? long.MaxValue)).Take(most).ToList()), limit, before));
            before = pages[^1].Next is { } next && JobId.TryParse(next, out long id) ? id : null;
        }
        while (before is not null);
        return pages;
    }

    private static List<JobRow> Jobs(int count, int digits)
    {
        var result = new FactorialResult { Number = "5", Value = new string('7', digits), Digits = digits, Sha256 = "sum" };
        return [.. Enumerable.Range(1, count).Reverse().Select(id => new JobRow
        {
            Id = id,
            Caller = CallerKey.Parse("/caller"),
            CallerId = 1,
            Operation = JobOperation.Factorial,
            Number = "5",
            Priority = 0,
            Status = JobStatus.Done,
            SubmittedAt = DateTimeOffset.UnixEpoch,
            Result = result,
        })];
    }
}
