using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute;

public sealed class LaneReviewTests
{
    private readonly ManyCallers _calls = new();
    private readonly LaneReview _review;

    public LaneReviewTests() =>
        _review = new LaneReview(new FairShare(new FairShareOptions()), _calls, begun: -60, periodSeconds: 60, NullLogger.Instance);

    [Fact]
    public async Task Nobody_looks_within_a_period_of_being_asked()
    {
        var review = new LaneReview(new FairShare(new FairShareOptions()), _calls, begun: 5, periodSeconds: 60, NullLogger.Instance);
        await review.Tick(64);
        Assert.Empty(_calls.Reviewed);
        await review.Tick(65);
        Assert.NotEmpty(_calls.Reviewed);
    }

    [Fact]
    public async Task Callers_look_a_few_at_a_time_and_each_of_them_once_a_period()
    {
        for (int second = 0; second < 60; second++)
        {
            await _review.Tick(second);
            Assert.InRange(_calls.Reviewed.Count, 0, (second + 1) * 64);
        }

        Assert.Equal(_calls.All.Select(caller => caller.Key), _calls.Reviewed);
        for (int second = 60; second < 120; second++)
        {
            await _review.Tick(second);
        }

        Assert.Equal(2 * _calls.All.Count, _calls.Reviewed.Count);
    }

    [Fact]
    public async Task A_pass_that_the_store_interrupts_goes_on_where_it_was()
    {
        await _review.Tick(0);
        _calls.Away = true;
        await Assert.ThrowsAsync<TimeoutException>(() => _review.Tick(1));
        _calls.Away = false;
        await _review.Tick(2);
        Assert.Equal(_calls.All.Select(caller => caller.Key).Take(128), _calls.Reviewed);
    }

    private sealed class ManyCallers : ICallerCalls
    {
        public List<CallerRow> All { get; } =
            [.. Enumerable.Range(1, 150).Select(i => new CallerRow(i * 10, new CallerKey("", $"caller {i}")))];

        public List<CallerKey> Reviewed { get; } = [];

        public bool Away { get; set; }

        public Task<List<CallerRow>> WithOpenJobs(long after, int limit) => Away
            ? Task.FromException<List<CallerRow>>(new TimeoutException("The store is away."))
            : Task.FromResult<List<CallerRow>>([.. All.Where(caller => caller.Id > after).Take(limit)]);

        public Task<CallerOffer> Take(CallerKey caller, bool afresh) => throw new NotSupportedException();

        public Task Review(CallerKey caller)
        {
            Reviewed.Add(caller);
            return Task.CompletedTask;
        }
    }
}
