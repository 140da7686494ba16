namespace Turnstile.Grains.Tests;

public sealed class CircuitBreakerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);
    private static readonly TimeSpan BreakTime = TimeSpan.FromSeconds(10);

    private readonly CircuitBreaker _breaker = new(3, BreakTime);

    [Fact]
    public void After_a_row_of_failures_nothing_is_called_for_a_while_and_then_one_call_decides()
    {
        for (int i = 0; i < 3; i++)
            Fail(Start);
        Assert.False(_breaker.TryBegin(Start + BreakTime - TimeSpan.FromTicks(1)));

        DateTimeOffset again = Start + BreakTime;
        Assert.True(_breaker.TryBegin(again));
        Assert.False(_breaker.TryBegin(again), "A second call went out while the first one had yet to tell.");
        _breaker.End(reached: false, again);
        Assert.False(_breaker.TryBegin(again + BreakTime - TimeSpan.FromTicks(1)));

        Assert.True(_breaker.TryBegin(again + BreakTime));
        _breaker.End(reached: true, again + BreakTime);
        Assert.True(_breaker.IsFresh);
        Assert.True(_breaker.TryBegin(again + BreakTime));
        Assert.True(_breaker.TryBegin(again + BreakTime));
    }

    [Fact]
    public void A_success_ends_the_row()
    {
        Fail(Start);
        Fail(Start);
        Assert.True(_breaker.TryBegin(Start));
        _breaker.End(reached: true, Start);
        Fail(Start);
        Fail(Start);
        Assert.True(_breaker.TryBegin(Start));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_leave_a_host_alone_for_longer()
    {
        for (int i = 0; i < 3; i++)
            Fail(Start);
        Assert.True(_breaker.TryBegin(Start - TimeSpan.FromHours(1)));
    }

    [Fact]
    public void One_that_was_to_try_the_host_and_did_not_call_it_leaves_that_to_the_next()
    {
        for (int i = 0; i < 3; i++)
            Fail(Start);
        Assert.True(_breaker.TryBegin(Start + BreakTime));
        _breaker.Forgo();
        Assert.False(_breaker.IsFresh);
        Assert.True(_breaker.TryBegin(Start + BreakTime));
        Assert.False(_breaker.TryBegin(Start + BreakTime));
    }

    private void Fail(DateTimeOffset now)
    {
        Assert.True(_breaker.TryBegin(now));
        _breaker.End(reached: false, now);
    }
}
