using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class BacklogTests
{
    private readonly Backlog _backlog = new(windowMax: 4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void However_it_is_used_nothing_is_lost_nothing_comes_twice_and_the_order_is_kept(int seed)
    {
        var model = new BacklogModel(new Random(seed));
        for (int step = 0; step < 100_000; step++)
        {
            model.Step();
        }

        model.Drain();
    }

    [Fact]
    public void Jobs_beyond_the_window_wait_in_the_store_and_so_does_what_comes_behind_them()
    {
        bool[] inMemory = [.. Enumerable.Range(1, 6).Select(id => _backlog.Admit(id, 0))];
        Assert.Equal([true, true, true, true, false, false], inMemory);
        for (int id = 1; id <= 4; id++)
        {
            _backlog.Commit(Job(id));
        }

        Assert.Equal([1, 2, 3, 4], _backlog.Take(10).Select(job => job.Id));
        Assert.False(_backlog.Admit(7, 0));
        Assert.Equal(3, _backlog.InStore);
    }

    [Fact]
    public void A_stored_job_of_high_priority_comes_before_one_of_low_priority_in_memory()
    {
        _backlog.Recover(5, 1);
        _backlog.Admit(2, 0);
        _backlog.Commit(Job(2));
        Assert.Empty(_backlog.Take(10));
        BacklogPage page = _backlog.BeginPage()!;
        Assert.Equal(5, page.Priority);
        _backlog.Fill(page, [Job(1, 5)], whole: true);
        Assert.Equal([1, 2], _backlog.Take(10).Select(job => job.Id));
    }

    [Fact]
    public void Jobs_that_are_withdrawn_behind_one_that_stays_do_not_pile_up()
    {
        for (int id = 1; id <= 10_000; id++)
        {
            _backlog.Admit(id, 0);
            _backlog.Commit(Job(id));
            Assert.Equal(id > 1, id > 1 && _backlog.Withdraw(id, 0));
        }

        Assert.InRange(_backlog.Held, 1, 128);
        Assert.Equal([1], _backlog.Take(10).Select(job => job.Id));
    }

    [Fact]
    public void A_job_withdrawn_while_its_page_was_read_does_not_come()
    {
        _backlog.Recover(0, 3);
        BacklogPage page = _backlog.BeginPage()!;
        Assert.Null(_backlog.BeginPage());
        Assert.True(_backlog.Withdraw(2, 0));
        _backlog.Fill(page, [Job(1), Job(2), Job(3)], whole: true);
        Assert.Equal([1, 3], _backlog.Take(10).Select(job => job.Id));
        Assert.False(_backlog.Any);
    }

    [Fact]
    public void A_page_that_could_not_be_read_is_asked_for_again()
    {
        _backlog.Recover(0, 1);
        _backlog.EndPage(_backlog.BeginPage()!);
        Assert.NotNull(_backlog.BeginPage());
    }

    [Fact]
    public void Jobs_taken_back_stand_in_their_old_places()
    {
        for (int id = 1; id <= 4; id++)
        {
            _backlog.Admit(id, 0);
            _backlog.Commit(Job(id));
        }

        QueuedJob[] handed = [.. _backlog.Take(2)];
        _backlog.TakeBack(handed);
        Assert.Equal([1, 2, 3, 4], _backlog.Take(10).Select(job => job.Id));
    }

    [Fact]
    public void The_jobs_ahead_are_counted_as_far_as_memory_tells()
    {
        _backlog.Admit(1, 0);
        _backlog.Commit(Job(1));
        _backlog.Admit(2, 9);
        _backlog.Commit(Job(2, 9));
        _backlog.Recover(3, 10);
        Assert.Equal((0L, (long?)null), _backlog.Ahead(2, 9));
        Assert.Equal((1L, 0L), _backlog.Ahead(77, 3));
        Assert.Equal((11L, (long?)null), _backlog.Ahead(1, 0));
        Assert.Null(_backlog.Ahead(5, 0));
    }

    internal static QueuedJob Job(long id, int priority = 0) => new()
    {
        Id = id, CallerId = 1, Operation = JobOperation.Factorize, Number = "15", Digits = 2, Priority = priority,
        SubmittedAt = DateTimeOffset.UnixEpoch,
    };
}
