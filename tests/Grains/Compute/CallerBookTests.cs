using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class CallerBookTests
{
    private readonly CallerBook _book = new(new CallerRow(1, new CallerKey("", "one")), windowMax: 4);

    [Fact]
    public void A_job_is_open_from_when_it_is_taken_in_until_it_ends()
    {
        Take(1, 2);
        Assert.Equal(2, _book.Open);
        _book.Take(10);
        Assert.Equal(2, _book.Open);
        _book.End(End(1), 0);
        _book.End(End(2, JobStatus.Failed), 0);
        Assert.Equal(0, _book.Open);
        Assert.False(_book.HasMore);
    }

    [Fact]
    public void An_end_is_counted_once_and_only_of_a_job_that_was_handed_over()
    {
        Take(1);
        _book.End(End(1), 0);
        Assert.Equal(0, _book.Row.Done);
        _book.Take(10);
        _book.End(End(1), 0);
        _book.End(End(1), 0);
        Assert.Equal((1L, 0.5), (_book.Row.Done, _book.Row.CpuSeconds));
    }

    [Fact]
    public void A_job_that_was_withdrawn_is_counted_as_cancelled_once_whoever_comes_first()
    {
        Take(1, 2, 3);
        _book.Take(2);
        Assert.True(_book.Withdraw(End(1, JobStatus.Cancelled), 0, 0));
        _book.End(End(1, JobStatus.Cancelled), 0);
        _book.End(End(2, JobStatus.Cancelled), 0);
        Assert.False(_book.Withdraw(End(2, JobStatus.Cancelled), 0, 0));
        Assert.False(_book.Withdraw(End(3, JobStatus.Cancelled), 0, 0));
        Assert.Equal((3L, 0L), (_book.Row.Cancelled, _book.Open));
    }

    [Fact]
    public void A_job_that_could_not_be_stored_leaves_nothing_behind()
    {
        JobRow[] jobs = [.. Enumerable.Range(1, 6).Select(id => Job(id))];
        bool[] inMemory = [.. jobs.Select(_book.Admit)];
        Assert.Equal(6, _book.Open);
        for (int i = 0; i < jobs.Length; i++)
        {
            _book.Abandon(jobs[i], inMemory[i]);
        }

        Assert.Equal(0, _book.Open);
        Assert.Empty(_book.Take(10));
    }

    [Fact]
    public void What_a_lane_that_starts_afresh_lacks_is_handed_over_again_in_order()
    {
        Take(1, 2, 3, 4);
        _book.Take(2);
        _book.End(End(1), 0);
        _book.TakeBack();
        Assert.Equal([2, 3, 4], _book.Take(10).Select(job => job.Id));
        Assert.Equal(3, _book.Open);
    }

    [Fact]
    public void What_a_lane_that_is_gone_had_may_have_a_past_and_what_it_had_not_has_none()
    {
        Take(1, 2, 3);
        Assert.All(_book.Take(2), job => Assert.False(job.Recovered));
        _book.TakeBack();
        Assert.Equal([true, true, false], _book.Take(10).Select(job => job.Recovered));
    }

    [Fact]
    public void A_retried_job_waits_again_and_is_no_longer_counted_as_failed()
    {
        Take(1);
        _book.Take(10);
        _book.End(End(1, JobStatus.Failed), 0);
        _book.Return(BacklogTests.Job(1));
        Assert.Equal((0L, 1L), (_book.Row.Failed, _book.Open));
    }

    [Fact]
    public void A_job_that_is_retried_before_its_end_was_told_waits_again_and_its_late_end_is_not_counted()
    {
        Take(1);
        _book.Take(10);
        _book.Return(BacklogTests.Job(1));
        _book.End(End(1, JobStatus.Failed), 0);
        Assert.Equal((0L, 1L), (_book.Row.Failed, _book.Open));
        Assert.Equal([1], _book.Take(10).Select(job => job.Id));
    }

    [Fact]
    public void A_job_that_is_retried_before_its_end_was_told_goes_to_the_lane_after_that_and_its_new_end_is_counted()
    {
        Take(1);
        _book.Take(10);
        _book.Return(BacklogTests.Job(1));
        Assert.Empty(_book.Take(10));
        _book.End(End(1, JobStatus.Failed), 0);
        Assert.Equal([1], _book.Take(10).Select(job => job.Id));
        _book.End(End(1), 0);
        Assert.Equal((1L, 0L, 0L), (_book.Row.Done, _book.Row.Failed, _book.Open));
    }

    [Fact]
    public void A_retried_job_that_was_read_from_the_rows_before_is_neither_queued_nor_counted_twice()
    {
        _book.Recover([new OpenJobs(0, 1)]);
        _book.Fill(_book.BeginPage()!, [BacklogTests.Job(1)], whole: true);
        _book.Return(BacklogTests.Job(1));
        Assert.Equal((0L, 1L), (_book.Row.Failed, _book.Open));
        Assert.Equal([1], _book.Take(10).Select(job => job.Id));
    }

    [Fact]
    public void A_job_is_found_once_whether_it_waits_or_was_handed_over()
    {
        Take(1);
        Assert.False(_book.Find(BacklogTests.Job(1)));
        Assert.True(_book.Find(BacklogTests.Job(2)));
        Assert.False(_book.Find(BacklogTests.Job(2)));
        Assert.Equal([1, 2], _book.Take(10).Select(job => job.Id));
        Assert.False(_book.Find(BacklogTests.Job(2)));
        Assert.Equal(2, _book.Open);
    }

    [Fact]
    public void A_job_that_will_be_read_from_the_store_is_not_found()
    {
        Take(1, 2, 3, 4, 5);
        Assert.False(_book.Find(BacklogTests.Job(5)));
        Assert.Equal(5, _book.Open);
    }

    [Fact]
    public void Jobs_that_were_found_do_not_come_again_with_those_behind_them()
    {
        for (int id = 10; id < 14; id++)
        {
            Assert.True(_book.Find(BacklogTests.Job(id)));
        }

        Assert.Equal(13, _book.LastJob);
        Take(14);
        Assert.Equal([10, 11, 12, 13], _book.Take(10).Select(job => job.Id));
        Assert.Equal(13, _book.BeginPage()!.After);
    }

    [Fact]
    public void New_jobs_come_behind_those_that_another_activation_stored()
    {
        Take(1, 2, 3, 4, 5);
        _book.Take(10);
        _book.Fill(_book.BeginPage()!, [BacklogTests.Job(5), BacklogTests.Job(90)], whole: false);
        Assert.Equal(90, _book.LastJob);
    }

    [Fact]
    public void A_place_in_the_queue_counts_what_was_handed_over_and_what_is_ahead()
    {
        Take(1, 2, 3, 4, 5, 6);
        _book.Take(2);
        Assert.Equal((2L, (long?)null), _book.Position(2, 0));
        Assert.Equal((4L, (long?)null), _book.Position(4, 0));
        Assert.Equal((5L, 4L), _book.Position(6, 0));
    }

    [Fact]
    public void A_lane_that_has_plenty_of_jobs_is_offered_more_only_once_some_are_over()
    {
        for (int id = 1; id <= CallerBook.HandedPlenty; id++)
        {
            Assert.Equal(10, _book.OfferSize(10));
            Take(id);
            _book.Take(10);
        }

        Take(5_000);
        Assert.Equal(0, _book.OfferSize(10));
        _book.End(End(1), 0);
        Assert.Equal(10, _book.OfferSize(10));
    }

    [Fact]
    public void A_job_more_urgent_than_what_the_lane_has_is_offered_however_much_that_is()
    {
        for (int id = 1; id <= CallerBook.HandedPlenty; id++)
        {
            Take(id);
            _book.Take(10);
        }

        Assert.Equal(0, _book.OfferSize(10));
        JobRow urgent = Job(5_000, priority: 1);
        _book.Commit(urgent, _book.Admit(urgent));
        Assert.Equal(10, _book.OfferSize(10));
    }

    private static JobRow Job(long id, int priority = 0) => new()
    {
        Id = id, CallerId = 1, Caller = new CallerKey("", "one"), Operation = JobOperation.Factorize, Number = "15", Priority = priority,
        Status = JobStatus.Queued, SubmittedAt = DateTimeOffset.UnixEpoch,
    };

    private static JobEnd End(long id, JobStatus status = JobStatus.Done) => new()
    {
        Job = id, Status = status, CpuSeconds = 0.5, WaitSeconds = 0.1,
    };

    private void Take(params long[] ids)
    {
        foreach (long id in ids)
        {
            _book.Commit(Job(id), _book.Admit(Job(id)));
        }
    }
}
